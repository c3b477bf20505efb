import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestName } from '../../evidence/manifest.ts';
import type { SignatureCheck, Signers } from '../../evidence/sign.ts';
import { verifyBundle } from '../../evidence/verify-bundle.ts';
import { verifyReport } from '../../evidence/verify-report.ts';
import { isArchive } from '../../evidence/write-bundle.ts';
import { FailedError, UsageError } from '../../model/errors.ts';
import { display } from '../../shared/display.ts';
import { existingIncident } from '../../store/incident.ts';
import { verifyJournal } from '../../store/journal.ts';
import { stateDirectory } from '../../store/state-directory.ts';
import { type Command, textFlag } from '../command.ts';

/** What was checked and how it came out, as `--json` prints it. */
interface Checked {
  readonly file: string;
  readonly kind: 'journal' | 'bundle' | 'report' | 'incident';
  readonly ok: boolean;
  /** What is said when it holds. */
  readonly says?: string;
  /** Where it does not: a file of a bundle, else `file` itself. */
  readonly in?: string;
  readonly line?: number;
  readonly problem?: string;
  readonly [more: string]: unknown;
}

export const command: Command = {
  options: { incident: { type: 'string' }, 'allowed-signers': { type: 'string' }, signer: { type: 'string' } },
  optionHelp: {
    incident: 'hold reports against the records and the journal of this incident',
    'allowed-signers': 'who may sign, as ssh-keygen -Y verify reads it',
    signer: 'who must have signed: a name in that file',
  },
  async run({ flags, global, positionals, env }) {
    if (positionals.length === 0)
      throw new UsageError('verify needs a file', {
        nextSteps: ['Name a journal.jsonl, a bundle (folder or .tar.gz), a report, or an incident’s folder'],
      });
    const [file, who] = [textFlag(flags, 'allowed-signers'), textFlag(flags, 'signer')];
    if ((file === undefined) !== (who === undefined))
      throw new UsageError('--allowed-signers and --signer go together', { nextSteps: ['Name both'] });
    const signers = file !== undefined && who !== undefined ? { file, who } : undefined;
    const name = textFlag(flags, 'incident');
    const folder =
      name === undefined ? undefined : await existingIncident(await stateDirectory(global.stateDir, env), name);
    const results: Checked[] = [];
    for (const path of positionals) {
      const checked = await check(path, folder, signers);
      results.push(checked);
      if (!global.json) process.stdout.write(`${lineOf(checked)}\n`);
    }
    if (global.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
    return results.some(({ ok }) => !ok) ? 1 : 0;
  },
};

const lineOf = ({ file, ok, says, in: inside, line, problem }: Checked): string => {
  if (ok) return display(`${file}: ${says}`);
  const place = [file, ...(inside !== undefined && inside !== file ? [inside] : [])].join(': ');
  return display(`${place}${line === undefined ? '' : `:${line}`}: ${problem}`);
};

async function check(path: string, folder: string | undefined, signers: Signers | undefined): Promise<Checked> {
  const facts = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FailedError(
      'NotReadable',
      `${display(path)} cannot be read: ${cause.code === 'ENOENT' ? 'no such file' : cause.message}`,
      ['Name a journal.jsonl, a bundle (folder or .tar.gz), or a report'],
      cause,
    );
  });
  if (facts.isDirectory()) {
    const isBundle = await isFile(join(path, manifestName));
    if (isBundle || !(await isFile(join(path, 'journal.jsonl')))) return bundle(path, signers);
    return { ...(await journal(join(path, 'journal.jsonl'))), file: path, kind: 'incident' };
  }
  if (isArchive(path) || (await isGzip(path))) return bundle(path, signers);
  if (/\.jsonl$/i.test(path) || !(await isMarkdown(path))) return journal(path);
  const report = await verifyReport(path, folder, signers);
  if (!report.ok)
    return {
      file: path,
      kind: 'report',
      ok: false,
      in: report.file,
      ...(report.line === undefined ? {} : { line: report.line }),
      problem: report.problem,
    };
  const { lines, records, against, signature } = report;
  return {
    file: path,
    kind: 'report',
    ok: true,
    lines,
    records,
    against,
    signature,
    says: `${lines} lines hold by their codes${against.length > 0 ? `, and against ${against.join(' and ')}` : '; not held against any record (name its incident with --incident)'}${signed(signature)}`,
  };
}

async function journal(file: string): Promise<Checked> {
  const found = await verifyJournal(file);
  return found.ok
    ? {
        file,
        kind: 'journal',
        ...found,
        says: `${found.lines} lines hold, head ${found.head}; that none is missing at its end only a head shows that was kept elsewhere`,
      }
    : { file, kind: 'journal', ...found };
}

async function bundle(file: string, signers: Signers | undefined): Promise<Checked> {
  const found = await verifyBundle(file, signers);
  if (!found.ok)
    return {
      file,
      kind: 'bundle',
      ok: false,
      in: found.file,
      ...(found.line === undefined ? {} : { line: found.line }),
      problem: found.problem,
    };
  const { manifest, signature } = found;
  const { files, journal: chain, events, incident, asOf, tool, missing } = manifest;
  return {
    file,
    kind: 'bundle',
    ok: true,
    incident,
    asOf,
    tool,
    files: files.length,
    events,
    head: chain?.head ?? null,
    missing,
    signature,
    says: `${files.length} files hold, ${events} events with their records, ${chain ? `journal head ${chain.head} after ${chain.lines} lines` : 'no journal'}; incident ${incident} as of ${asOf}, by ${tool}${missing.length > 0 ? `; not in it: ${missing.join('; ')}` : ''}${signed(signature)}`,
  };
}

const signed = (signature: SignatureCheck): string => {
  switch (signature.state) {
    case 'holds':
      return `; signed by ${signature.by}`;
    case 'skipped':
      return `; ${signature.why}`;
    default:
      return '; not signed';
  }
};

const isFile = (path: string): Promise<boolean> =>
  stat(path).then(
    (facts) => facts.isFile(),
    () => false,
  );

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await file.close();
  }
}

/** A journal begins with a brace, whatever it is called. */
const isMarkdown = async (path: string): Promise<boolean> => {
  if (/\.(?:md|markdown)$/i.test(path)) return true;
  const text = await readFile(path, 'utf8');
  return text.startsWith('# ');
};
