import { isIP } from 'node:net';
import type { IndicatorKind, IndicatorRef } from '../model/indicator.ts';

/** An indicator of a file, or what is wrong with its line (1-based). */
export type ReadLine =
  | { readonly line: number; readonly indicator: IndicatorRef; readonly note: string }
  | { readonly line: number; readonly problem: string };

/** What others call the columns, and the kinds. MISP, STIX, sheets of responders. */
const columns: { readonly [column: string]: readonly string[] } = {
  value: ['value', 'indicator', 'ioc', 'observable', 'indicator_value'],
  kind: ['type', 'kind', 'indicator_type', 'ioc_type', 'observable_type'],
  note: ['note', 'comment', 'description', 'reason', 'context'],
};
const kinds: { readonly [name: string]: IndicatorKind } = {
  address: 'address',
  ip: 'address',
  'ip-address': 'address',
  'ip-src': 'address',
  'ip-dst': 'address',
  ipv4: 'address',
  ipv6: 'address',
  'ipv4-addr': 'address',
  'ipv6-addr': 'address',
  network: 'network',
  cidr: 'network',
  'access-key': 'access-key',
  'aws-access-key': 'access-key',
  'access-key-id': 'access-key',
  key: 'access-key',
  'user-agent': 'user-agent',
  useragent: 'user-agent',
  ua: 'user-agent',
  arn: 'arn',
  principal: 'arn',
  bucket: 'bucket',
  's3-bucket': 'bucket',
  image: 'image',
  'container-image': 'image',
  digest: 'digest',
  'image-digest': 'digest',
  script: 'script',
  'script-sha256': 'script',
  'script-hash': 'script',
  sha256: 'script',
};

const mostLines = 100_000;
const longest = 2_048;

/**
 * Reads indicators from CSV (RFC 4180; commas, semicolons or tabs) as others write it: with a heading that names at least the values, or one value
 * a line. A kind that is not said is told by the value's form. Nothing is dropped silently.
 */
export const readIndicators = (text: string): readonly ReadLine[] => [...indicatorLines(text)];

/** The same, a line at a time: a hundred thousand of them take a second, in which whoever paints the screen does other things as well. */
export function* indicatorLines(text: string): Iterable<ReadLine> {
  let heading: { readonly separator: string; readonly places: Places } | undefined;
  let read = 0;
  for (const [line, written] of numbered(text)) {
    if (written.trim() === '') continue;
    if (!heading) {
      heading = headingOf(written);
      if (heading.places.value >= 0) continue;
    }
    if (/^\s*#/.test(written)) continue;
    if (read >= mostLines) {
      yield { line, problem: `has more than ${mostLines.toLocaleString('en')} indicators; the rest is not read` };
      return;
    }
    read += 1;
    const { value, kind, note } = heading.places;
    yield { line, ...readOne(cellsOf(written, heading.separator), Math.max(0, value), kind, note) };
  }
}

/** In which cell stands what; -1: in none. */
interface Places {
  readonly value: number;
  readonly kind: number;
  readonly note: number;
}

function headingOf(line: string): { readonly separator: string; readonly places: Places } {
  const separator = [',', ';', '\t'].find((one) => cellsOf(line, one).length > 1) ?? ',';
  const names = cellsOf(line, separator).map((name) => name.trim().toLowerCase().replaceAll(/[ -]/g, '_'));
  const at = (column: string) => names.findIndex((name) => columns[column]?.includes(name));
  return { separator, places: { value: at('value'), kind: at('kind'), note: at('note') } };
}

/** Lines with their numbers, from 1. */
function* numbered(text: string): Iterable<readonly [line: number, text: string]> {
  const ends = /\r\n|\n|\r|$/g;
  let from = text.startsWith('\ufeff') ? 1 : 0;
  for (let line = 1; from <= text.length; line += 1) {
    ends.lastIndex = from;
    const end = ends.exec(text);
    if (!end) return;
    yield [line, text.slice(from, end.index)];
    if (end[0] === '') return;
    from = end.index + end[0].length;
  }
}

function readOne(
  cells: readonly string[],
  valueAt: number,
  kindAt: number,
  noteAt: number,
): { readonly indicator: IndicatorRef; readonly note: string } | { readonly problem: string } {
  // What a spreadsheet must not calculate has a quotation mark before it, ours as well.
  const value = (cells[valueAt] ?? '').trim().replace(/^'(?=[=+\-@])/, '');
  if (value === '') return { problem: 'has no value' };
  if (value.length > longest) return { problem: `has a value of more than ${longest} characters` };
  const said = kindAt < 0 ? '' : (cells[kindAt] ?? '').trim().toLowerCase().replaceAll(/[ _]/g, '-');
  const kind = said === '' ? kindOf(value) : kinds[said];
  if (kind === undefined)
    return {
      problem:
        said === ''
          ? 'is nothing whose kind can be told by its form; name it in a column "type"'
          : `has the type "${said}", which is none of ${[...new Set(Object.values(kinds))].join(', ')}`,
    };
  // A network among the addresses is a network.
  const real = kind === 'address' && value.includes('/') ? 'network' : kind;
  const problem = problemOf({ kind: real, value });
  return problem === undefined
    ? { indicator: { kind: real, value }, note: noteAt < 0 ? '' : (cells[noteAt] ?? '').trim().slice(0, longest) }
    : { problem };
}

/** The kind that a value has by its form. */
function kindOf(value: string): IndicatorKind | undefined {
  if (isIP(value) !== 0) return 'address';
  if (isNetwork(value)) return 'network';
  if (/^(?:AKIA|ASIA)[A-Z0-9]{12,124}$/.test(value)) return 'access-key';
  if (value.startsWith('arn:')) return 'arn';
  if (/^\d{12}\.dkr\.ecr[.-]/.test(value)) return 'image';
  if (/^sha256:[0-9a-f]{64}$/i.test(value)) return 'digest';
  if (/^[0-9a-f]{64}$/i.test(value)) return 'script';
  return undefined;
}

function isNetwork(value: string): boolean {
  const [address = '', bits = '', ...more] = value.split('/');
  const version = isIP(address);
  return more.length === 0 && version !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128);
}

function problemOf({ kind, value }: IndicatorRef): string | undefined {
  switch (kind) {
    case 'address':
      return isIP(value) === 0 ? 'is no address' : undefined;
    case 'network':
      return isNetwork(value) ? undefined : 'is no network: an address, a slash and a length';
    case 'access-key':
      return /^[A-Z0-9]{16,128}$/.test(value) ? undefined : 'is no access key id';
    case 'arn':
      return value.startsWith('arn:') ? undefined : 'is no ARN';
    case 'digest':
      return /^sha256:[0-9a-f]{64}$/i.test(value) ? undefined : 'is no digest: sha256: and 64 hexadecimal digits';
    case 'script':
      return /^[0-9a-f]{64}$/i.test(value) ? undefined : 'is no SHA-256: 64 hexadecimal digits';
    default:
      return undefined;
  }
}

/** One line of CSV; a quotation mark that is not closed takes the rest of the line. */
function cellsOf(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  for (let at = 0; at <= line.length; ) {
    if (line[at] === '"') {
      let cell = '';
      at += 1;
      while (at < line.length) {
        if (line[at] === '"' && line[at + 1] === '"') {
          cell += '"';
          at += 2;
        } else if (line[at] === '"') break;
        else {
          cell += line[at];
          at += 1;
        }
      }
      const end = line.indexOf(separator, at + 1);
      cells.push(cell);
      at = end < 0 ? line.length + 1 : end + 1;
    } else {
      const end = line.indexOf(separator, at);
      cells.push(line.slice(at, end < 0 ? undefined : end));
      at = end < 0 ? line.length + 1 : end + 1;
    }
  }
  return cells;
}
