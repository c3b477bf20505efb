import type { TimelineEvent } from '../../model/event.ts';
import { csvLine } from '../csv.ts';
import type { ExportFormat } from '../export-format.ts';
import type { IncidentView } from '../incident-view.ts';
import { maskedJson } from '../mask.ts';
import type { ReportOptions } from '../options.ts';
import { ownEntriesOf } from '../timeline-entry.ts';

/** A row as Timesketch wants it: the first three members are mandatory. https://timesketch.org/guides/user/import-from-json-csv/ */
interface Row {
  readonly message: string;
  /** ISO 8601 with an offset. */
  readonly datetime: string;
  readonly timestamp_desc: string;
  /** Microseconds. */
  readonly timestamp: number;
  readonly data_type: string;
  readonly event_id: string;
  readonly action: string;
  readonly error: string;
  readonly principal: string;
  readonly access_key: string;
  readonly source_ip: string;
  readonly user_agent: string;
  readonly account: string;
  readonly region: string;
  readonly resources: string;
  readonly findings: string;
  readonly sha256: string;
  readonly tag: readonly string[];
}

const times = (at: number) => ({
  datetime: new Date(at).toISOString().replace('Z', '+00:00'),
  timestamp: at * 1_000,
});

const rowOf = (event: TimelineEvent): Row => ({
  message: [event.summary || event.action, event.errorCode && `(${event.errorCode})`].filter(Boolean).join(' '),
  ...times(event.at),
  timestamp_desc: event.origin === 'cloudtrail' ? 'API call recorded by CloudTrail' : `Recorded by ${event.origin}`,
  data_type: `aws:${event.origin}`,
  event_id: event.id,
  action: event.action,
  error: event.errorCode,
  principal: event.principal?.name ?? '',
  access_key: event.principal?.accessKeyId ?? '',
  source_ip: event.sourceIp,
  user_agent: event.userAgent,
  account: event.account,
  region: event.region,
  resources: event.resources.map(({ kind, arn, name }) => `${kind} ${arn || name}`).join(' | '),
  findings: event.findings.map(({ rule, severity }) => `${rule} (${severity})`).join(' | '),
  sha256: event.rawSha256,
  tag: [...(event.marked ? ['marked'] : []), ...(event.responder === 'own' ? ['responder'] : [])],
});

/** The events that match, then what the responders did: Timesketch sorts by time. */
function* rows(view: IncidentView, { filter }: ReportOptions): Iterable<Row> {
  for (const event of view.events(filter)) yield rowOf(event);
  const places = new Map(view.containments.map(({ id, plan }) => [id, plan]));
  for (const { at, what, state, by, target, containment: id } of ownEntriesOf(view))
    yield {
      message: `responder: ${what} on ${target}, ${state}`,
      ...times(at),
      timestamp_desc: 'Action of a responder',
      data_type: 'firebreak:containment',
      event_id: id,
      action: what,
      error: '',
      principal: by,
      access_key: '',
      source_ip: '',
      user_agent: '',
      account: places.get(id)?.account ?? '',
      region: places.get(id)?.region ?? '',
      resources: target,
      findings: '',
      sha256: '',
      tag: ['responder'],
    };
}

const columns = [
  'message',
  'datetime',
  'timestamp_desc',
  'timestamp',
  'data_type',
  'event_id',
  'action',
  'error',
  'principal',
  'access_key',
  'source_ip',
  'user_agent',
  'account',
  'region',
  'resources',
  'findings',
  'sha256',
] as const satisfies readonly (keyof Row)[];

const formats: readonly ExportFormat[] = [
  {
    id: 'timesketch',
    title: 'JSON lines for Timesketch, our own actions among them',
    extension: 'jsonl',
    *write(view, options) {
      for (const row of rows(view, options)) yield `${maskedJson(row)}\n`;
    },
  },
  {
    id: 'timesketch-csv',
    title: 'the same as CSV',
    extension: 'csv',
    *write(view, options) {
      yield csvLine(columns);
      for (const row of rows(view, options)) yield csvLine(columns.map((column) => String(row[column])));
    },
  },
];
export default formats;
