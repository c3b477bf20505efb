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
    const list = <Thing>(type: string, all: readonly Seen<Thing>[], show: (thing: Thing) => string) => {
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
        ]);
    };
    list('principal', facts.principals, ({ name, arn, type }) =>
      [escapeMarkdown(name), escapeMarkdown(type && `(${type})`), code(arn, 2_048)].filter(Boolean).join(' '),
    );
    list('access key', facts.keys, (key) => code(key));
    list('address', facts.addresses, (address) => code(address));
    list('user agent', facts.agents, (agent) => code(agent));
    if (rows.length === 0) return;
    yield 'Seen with the events of the timeline. An indicator is a thing to look for, not a verdict.';
    yield '';
    yield* table(['Type', 'Value', 'Events', 'Failed', 'First (UTC)', 'Last (UTC)', 'First event'], rows);
    if (left > 0) yield* ['', `${counted(left, 'indicator')} with fewer events left out.`];
  },
};
export default section;
