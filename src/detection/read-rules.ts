import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileBeginning } from '../shared/file-beginning.ts';
import type { RuleDocument, UnreadableDocument } from './documents.ts';
import type { RuleSource } from './rule-set.ts';

/** Far more than anybody writes by hand, and than rules that come in one file. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Reads files of rules, and every `.yml` and `.yaml` below folders, in the order of their names. What cannot be read is told in
 * `unreadable`. YAML is loaded only now: most sessions bring no rules.
 */
export async function readRules(paths: readonly string[]): Promise<RuleSource> {
  const documents: RuleDocument[] = [];
  const unreadable: UnreadableDocument[] = [];
  const { readYaml } = await import('./read-yaml.ts');
  for (const path of paths)
    for (const file of await filesOf(path, unreadable)) {
      try {
        const bytes = await fileBeginning(file, mostBytes + 1);
        if (bytes.length > mostBytes) throw new Error('it is larger than 16 MB');
        const read = readYaml(bytes.toString('utf8'), file);
        documents.push(...read.documents);
        unreadable.push(...read.unreadable);
      } catch (error) {
        unreadable.push({ file, line: undefined, problem: unreadableWords(error) });
      }
    }
  return { origin: 'user', documents, unreadable };
}

const unreadableWords = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'no such file or folder' : `cannot be read: ${message}`;
};

async function filesOf(path: string, unreadable: UnreadableDocument[]): Promise<readonly string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const names = await readdir(path, { recursive: true });
    return names
      .filter((name) => /\.ya?ml$/i.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (error) {
    unreadable.push({ file: path, line: undefined, problem: unreadableWords(error) });
    return [];
  }
}
