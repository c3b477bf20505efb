import { cellWidth, fit } from '../../shared/cells.ts';
import { display } from '../../shared/display.ts';
import { actorKey, type Facts } from '../facts.ts';
import { codeBlock } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { utc } from '../time.ts';
import { resourcesOf, timelineEntries } from '../timeline-entry.ts';

const LANES = 14;
const COLUMNS = 60;
const LABEL = 30;
const heights = ' ▁▂▃▄▅▆▇█';

const section: ReportSection = {
  id: 'lanes',
  title: 'Lanes',
  order: 65,
  *render(facts) {
    const lines = drawn(facts);
    if (lines.length === 0) return;
    yield 'The timeline once more, for places that draw no Mermaid: a line for each who acted and each thing acted on, a column for each step of time. `x` is a failed call among them, `#` something that we did.';
    yield '';
    yield* codeBlock('text', lines.join('\n'));
  },
};
export default section;

interface Lane {
  readonly label: string;
  readonly counts: number[];
  readonly failed: boolean[];
  readonly ours: boolean[];
  total: number;
}

function drawn(facts: Facts): readonly string[] {
  const entries = [...timelineEntries(facts)];
  const from = entries[0]?.at;
  const to = entries.at(-1)?.at;
  if (from === undefined || to === undefined || entries.length < 2) return [];
  const stepMs = Math.max(1_000, Math.ceil((to - from + 1) / COLUMNS / 1_000) * 1_000);
  const columns = Math.floor((to - from) / stepMs) + 1;
  const lanes = new Map<string, Lane>();
  const lane = (key: string, label: string): Lane => {
    const known = lanes.get(key);
    if (known) return known;
    const made: Lane = { label, counts: Array(columns).fill(0), failed: [], ours: [], total: 0 };
    lanes.set(key, made);
    return made;
  };
  const put = (into: Lane, at: number, mark: 'failed' | 'ours' | undefined) => {
    const column = Math.floor((at - from) / stepMs);
    into.counts[column] = (into.counts[column] ?? 0) + 1;
    into.total += 1;
    if (mark) into[mark][column] = true;
  };
  for (const entry of entries) {
    if (entry.kind === 'ours') {
      put(lane(`r ${entry.target}`, entry.target), entry.at, 'ours');
      continue;
    }
    const { event } = entry;
    const mark = event.errorCode ? 'failed' : undefined;
    if (event.principal) put(lane(`p ${actorKey(event.principal)}`, event.principal.name), entry.at, mark);
    for (const resource of new Set(resourcesOf(event).slice(0, 2)))
      put(lane(`r ${resource}`, resource), entry.at, mark);
  }
  const shown = [...lanes]
    .sort(([a, one], [b, other]) => (a[0] === b[0] ? other.total - one.total || (a < b ? -1 : 1) : a < b ? -1 : 1))
    .reduce<{ readonly kept: (readonly [string, Lane])[]; people: number; things: number }>(
      (all, one) => {
        // People and things share the room.
        const isPerson = one[0].startsWith('p');
        if (isPerson ? all.people < LANES / 2 : all.things < LANES / 2) {
          all.kept.push(one);
          if (isPerson) all.people += 1;
          else all.things += 1;
        }
        return all;
      },
      { kept: [], people: 0, things: 0 },
    ).kept;
  const most = Math.max(1, ...shown.flatMap(([, { counts }]) => counts));
  const title = `${utc(from)} to ${utc(to)}, ${stepMs / 1_000} s a column`;
  const left = lanes.size - shown.length;
  return [
    title,
    ...shown.map(([, { label, counts, failed, ours }]) => {
      const cells = counts.map((number, column) =>
        ours[column]
          ? '#'
          : failed[column]
            ? 'x'
            : (heights[number === 0 ? 0 : Math.max(1, Math.round((number / most) * 8))] ?? ' '),
      );
      return `${labelOf(label)} |${cells.join('')}|`;
    }),
    ...(left > 0 ? [`and ${left} lanes with less`] : []),
  ];
}

function labelOf(untrusted: string): string {
  const text = display(untrusted);
  return cellWidth(text) > LABEL ? fit(text, LABEL) : text + ' '.repeat(LABEL - cellWidth(text));
}
