import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FailedError } from '../model/errors.ts';
import { checkSeal } from '../report/seal.ts';
import { sha256 } from '../shared/digest.ts';
import { display } from '../shared/display.ts';
import { openQueries } from '../store/event-queries.ts';
import { exists } from '../store/exists.ts';
import { readJournal } from '../store/journal.ts';
import { checkSignature, type SignatureCheck, type Signers } from './sign.ts';
import type { Broken } from './verify-bundle.ts';

export type ReportCheck =
  | {
      readonly ok: true;
      readonly lines: number;
      /** Rows of the evidence register. */
      readonly records: number;
      /** What it was held against, a few words each. */
      readonly against: readonly string[];
      readonly signature: SignatureCheck;
    }
  | Broken;

/** A row of the evidence register. */
interface EvidenceRow {
  readonly line: number;
  readonly id: string;
  readonly at: number;
  readonly sha256: string;
}

/**
 * Checks a report by itself: every line against its code. With an incident's folder (the one that it lies in, or one that is named) the evidence
 * lines are held against the stored records, and the journal's head against the journal.
 *
 * @throws FailedError `NotReadable`
 */
export async function verifyReport(path: string, folder: string | undefined, signers?: Signers): Promise<ReportCheck> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new FailedError(
      'NotReadable',
      `${display(path)} cannot be read: ${(cause as Error).message}`,
      ['Name a report'],
      cause,
    );
  }
  const fail = (line: number, problem: string): Broken => ({ ok: false, file: path, line, problem });
  const seal = checkSeal(text);
  if (!seal.ok) return fail(seal.line, seal.problem);
  const signature = await checkSignature(path, signers);
  if (signature.state === 'broken') return { ok: false, file: `${path}.sig`, problem: signature.problem };
  const rows = evidenceRows(seal.lines);
  const against: string[] = [];
  const beside = folder ?? dirname(path);

  const journalPath = join(beside, 'journal.jsonl');
  if (await exists(journalPath)) {
    const { lines } = await readJournal(journalPath);
    const head = headOf(seal.lines);
    const at = lines.findIndex(({ hash }) => hash === head?.hash);
    if (head && at < 0)
      return fail(
        head.line,
        `the journal's head stands nowhere in ${display(journalPath)}: it is another journal, or one that was made anew`,
      );
    const saved = lines.find(({ entry }) => entry.type === 'report-saved' && entry.sha256 === sha256(text));
    against.push(
      `the journal, ${saved ? `which tells of these very bytes in line ${saved.seq}` : `of which its head is line ${at + 1} of ${lines.length}`}`,
    );
  }
  const eventsPath = join(beside, 'events.db');
  if (rows.length > 0 && !isRedacted(seal.lines) && (await exists(eventsPath))) {
    const events = openQueries(eventsPath);
    try {
      for (const { line, id, at, sha256: hash } of rows) {
        const rowId = events.find(id);
        const event = rowId === undefined ? undefined : events.event(rowId);
        if (!event) return fail(line, `there is no event ${display(id)} in ${display(eventsPath)}`);
        if (event.rawSha256 !== hash) return fail(line, `the record of ${display(id)} has the hash ${event.rawSha256}`);
        if (event.at !== at) return fail(line, `event ${display(id)} happened at ${new Date(event.at).toISOString()}`);
        const bytes = events.rawBytes?.(event.rowId) ?? new Uint8Array();
        if (sha256(bytes) !== hash)
          return fail(line, `the stored bytes of ${display(id)} are not those that were hashed`);
      }
    } finally {
      await events.close();
    }
    against.push(`${rows.length} stored records`);
  }
  return { ok: true, lines: seal.lines.length, records: rows.length, against, signature };
}

const isRedacted = (lines: readonly string[]): boolean =>
  lines.some((line) => /^\| Redaction \| (?:share|public): /.test(line));

function headOf(lines: readonly string[]): { readonly hash: string; readonly line: number } | undefined {
  const at = lines.findIndex((line) => line.startsWith('| Journal head (SHA-256) | `'));
  const hash = /`([0-9a-f]{64})`/.exec(lines[at] ?? '')?.[1];
  return hash === undefined ? undefined : { hash, line: at + 1 };
}

/** The rows of the register: id, time, hash; what stands between them is not compared. */
function evidenceRows(lines: readonly string[]): readonly EvidenceRow[] {
  const from = lines.indexOf('## Evidence register');
  if (from < 0) return [];
  return lines.slice(from).flatMap((line, index): EvidenceRow[] => {
    const [, , id = '', at = '', hash = ''] =
      /^\| (`+) ?(.+?) ?\1 \| (\d{4}-\d\d-\d\dT[\d:.]+Z) \| .*`([0-9a-f]{64})` \|$/.exec(line) ?? [];
    return id === '' ? [] : [{ line: from + index + 1, id, at: Date.parse(at), sha256: hash }];
  });
}
