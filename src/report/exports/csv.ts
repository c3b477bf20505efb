import type { TimelineEvent } from '../../model/event.ts';
import { csvLine } from '../csv.ts';
import type { ExportFormat } from '../export-format.ts';

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** Columns in their order: names are stable. */
const columns: readonly (readonly [name: string, value: (event: TimelineEvent) => string])[] = [
  ['time', ({ at }) => iso(at)],
  ['seen_at', ({ seenAt }) => iso(seenAt)],
  ['id', ({ id }) => id],
  ['source', ({ origin }) => origin],
  ['routes', ({ routes }) => routes.join(' ')],
  ['action', ({ action }) => action],
  ['read_only', ({ readOnly }) => (readOnly === undefined ? '' : String(readOnly))],
  ['error', ({ errorCode }) => errorCode],
  ['principal', ({ principal }) => principal?.name ?? ''],
  ['principal_type', ({ principal }) => principal?.type ?? ''],
  ['principal_arn', ({ principal }) => principal?.arn ?? ''],
  ['access_key', ({ principal }) => principal?.accessKeyId ?? ''],
  ['source_ip', ({ sourceIp }) => sourceIp],
  ['user_agent', ({ userAgent }) => userAgent],
  ['account', ({ account }) => account],
  ['region', ({ region }) => region],
  [
    'resources',
    ({ resources }) =>
      resources.map(({ relation, kind, arn, name }) => `${relation} ${kind} ${arn || name}`).join(' | '),
  ],
  ['summary', ({ summary }) => summary],
  ['findings', ({ findings }) => findings.map(({ rule, severity }) => `${rule} (${severity})`).join(' | ')],
  ['marked', ({ marked }) => String(marked)],
  ['late', ({ late }) => String(late)],
  ['responder', ({ responder }) => responder ?? ''],
  ['request_id', ({ requestId }) => requestId ?? ''],
  ['raw_sha256', ({ rawSha256 }) => rawSha256],
];

const format: ExportFormat = {
  id: 'csv',
  title: 'one line an event for a spreadsheet; nothing in it is calculated',
  extension: 'csv',
  *write(view, { filter }) {
    yield csvLine(columns.map(([name]) => name));
    for (const event of view.events(filter)) yield csvLine(columns.map(([, value]) => value(event)));
  },
};
export default format;
