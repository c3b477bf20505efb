import { isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, visit } from 'yaml';
import { mostJoined, writtenOut } from './collection.ts';
import type { RuleDocument, UnreadableDocument } from './documents.ts';

/** Bounds what a file of rules can cost. Ours: SigmaHQ's longest rule has 30 kB. */
const largestBytes = 4 * 1024 * 1024;
/** Aliases that may be followed in one document; a "billion laughs" asks for more. */
const mostAliases = 100;
const deepest = 64;

/** Reads the documents of one file. A document that cannot be read does not keep the others from it. */
export function readYaml(
  text: string,
  file: string,
): { readonly documents: readonly RuleDocument[]; readonly unreadable: readonly UnreadableDocument[] } {
  const refuse = (problem: string, line?: number) => ({ documents: [], unreadable: [{ file, line, problem }] });
  if (text.length > largestBytes) return refuse('is larger than 4 MB: split it');
  if (text.includes('\0')) return refuse('is no text');
  if (isTooDeep(text)) return refuse(`is nested deeper than ${deepest}`);
  const lines = new LineCounter();
  let parsed: ReturnType<typeof parseAllDocuments>;
  try {
    parsed = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false, logLevel: 'silent' });
  } catch (error) {
    // The parser is recursive; what it cannot take is no rule.
    return refuse(`is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const documents: RuleDocument[] = [];
  const unreadable: UnreadableDocument[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const [error] = document.errors;
    if (error) {
      unreadable.push({
        file,
        line: error.pos[0] === undefined ? undefined : lines.linePos(error.pos[0]).line,
        problem: `is not YAML: ${error.message.split('\n')[0]}`,
      });
      continue;
    }
    // A document of comments, or the one that a `---` at the end begins.
    if (document.contents === null) continue;
    visit(document, {
      // 012345678901 is an account and 0x17 a code: numbers that are written otherwise than they print are texts.
      Scalar: (_key, node) => {
        if (typeof node.value === 'number' && node.source !== undefined && String(node.value) !== node.source)
          node.value = node.source;
      },
    });
    const root = document.contents as Node;
    try {
      documents.push({
        file,
        value: document.toJS({ maxAliasCount: mostAliases }) as unknown,
        lineOf: (path) => {
          const offset = offsetOf(root, path);
          return offset === undefined ? undefined : lines.linePos(offset).line;
        },
      });
    } catch (problem) {
      unreadable.push({
        file,
        line: root.range ? lines.linePos(root.range[0]).line : undefined,
        problem: `cannot be expanded: ${problem instanceof Error ? problem.message : String(problem)}`,
      });
    }
  }
  const { rules, left } = writtenOut(documents);
  if (left)
    unreadable.push({
      file,
      line: left.lineOf([]),
      problem: `and what follows is not read: it is document ${mostJoined + 1} of a file whose documents are joined; split it`,
    });
  return { documents: rules, unreadable };
}

/** Where a member is written: its key, else the nearest thing around it. */
function offsetOf(root: Node, path: readonly (string | number)[]): number | undefined {
  let node: unknown = root;
  let offset = root.range?.[0];
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (!pair) return offset;
      if (isScalar(pair.key) && pair.key.range) [offset] = pair.key.range;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      const { range } = (node ?? {}) as Partial<Node>;
      if (range) [offset] = range;
    } else return offset;
  }
  return offset;
}

/** Brackets and indentation deeper than any rule: told before the parser, which is recursive, meets them. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    else if (character === '\n') depth = 0;
    if (depth > deepest) return true;
  }
  return /(?:^|\n)[ ]{1000}|(?:- ){65}/.test(text);
}
