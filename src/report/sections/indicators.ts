import { type IndicatorKind, indicatorKey } from '../../model/indicator.ts';
import { brought } from '../brought.ts';
import type { Facts } from '../facts.ts';
import { madeOf } from '../made.ts';
import { code, escapeMarkdown, table } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import type { Seen } from '../tally.ts';
import { count, counted, utc } from '../time.ts';

const LISTED = 200;

const section: ReportSection = {
  id: 'indicators',
  title: 'Principals and indicators',
  order: 45,
  *render(facts) {
    const rows: (readonly string[])[] = [];
    let left = 0;
    const list = <Thing>(
      type: string,
      all: readonly Seen<Thing>[],
      show: (thing: Thing) => string,
      kind?: IndicatorKind,
    ) => {
      const seen = all.filter(facts.inTimeline);
      left += Math.max(0, seen.length - LISTED);
      for (const one of seen.slice(0, LISTED))
        rows.push([
          type,
          show(one.thing),
          count(one.events),
          count(one.failed),
          utc(one.firstAt),
          utc(one.lastAt),
          code(one.firstId),
          kind ? decided(facts, kind, String(one.thing)) : '',
        ]);
    };
    list('principal', facts.principals, ({ name, arn, type }) =>
      [escapeMarkdown(name), escapeMarkdown(type && `(${type})`), code(arn, 2_048)].filter(Boolean).join(' '),
    );
    list('access key', facts.keys, (key) => code(key), 'access-key');
    list('address', facts.addresses, (address) => code(address), 'address');
    list('user agent', facts.agents, (agent) => code(agent), 'user-agent');
    const made = madeOf(facts);
    for (const { kind, value, events, firstAt, lastAt, eventIds } of made.slice(0, LISTED))
      rows.push([
        kind === 'script' ? 'script, SHA-256' : kind,
        code(value, 2_048),
        count(events),
        '',
        utc(firstAt),
        utc(lastAt),
        code(eventIds[0] ?? ''),
        decided(facts, kind, value),
      ]);
    left += Math.max(0, made.length - LISTED);
    if (rows.length === 0) {
      yield* brought(facts);
      return;
    }
    yield 'Seen with the events of the timeline. An indicator is a thing to look for, not a verdict.';
    yield '';
    yield* table(['Type', 'Value', 'Events', 'Failed', 'First (UTC)', 'Last (UTC)', 'First event', 'Decided'], rows);
    if (left > 0) yield* ['', `${counted(left, 'indicator')} with fewer events left out.`];
    yield* brought(facts);
  },
};
export default section;

function decided({ view }: Facts, kind: IndicatorKind, value: string): string {
  const key = indicatorKey({ kind, value });
  const judged = view.indicators.judged.find((one) => indicatorKey(one) === key);
  const isBrought = view.indicators.imported.some((one) => indicatorKey(one) === key);
  return [
    judged && `${judged.verdict === 'own' ? 'our own' : 'benign'}: ${escapeMarkdown(judged.reason, 500)}`,
    isBrought && 'on a list that was brought',
  ]
    .filter(Boolean)
    .join('; ');
}
