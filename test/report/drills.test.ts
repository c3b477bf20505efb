import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { reportOfLogs } from '../../src/cli/report-of-logs.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import type { IncidentView } from '../../src/report/incident-view.ts';
import { renderReport } from '../../src/report/report.ts';
import { checkSeal } from '../../src/report/seal.ts';
import { openReportView } from '../../src/session/report-view.ts';
import { outline } from './gfm.ts';
import { drawn } from './html.ts';

const place = (name: string) => new URL(`./drills/${name}`, import.meta.url);
const signal = new AbortController().signal;
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** Addresses that a scenario's attacker calls from. */
const addressesOf = (value: unknown): readonly string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([name, one]) => (name === 'sourceIp' ? [String(one)] : addressesOf(one)));

/**
 * The incident of a drill as somebody would have it who marked every call of the attacker; recorded by `record-drills.ts`. What rules, doors
 * and chains say is theirs, and changes with them.
 */
async function incidentOf(id: string, attacker: ReadonlySet<string>): Promise<IncidentView> {
  const loaded = await reportOfLogs([place(`${id}.ndjson.gz`).pathname], new Map(), signal);
  const opened = await openReportView({ ...loaded.facts, name: `drill ${id}`, inputs: [] }, loaded, signal);
  closing.push(opened.close, loaded.close);
  const { events } = opened.view;
  return {
    ...opened.view,
    doors: undefined,
    chains: [],
    *events(filter) {
      for (const event of events(filter)) yield { ...event, findings: [], marked: attacker.has(event.sourceIp) };
    },
  };
}

describe.each(scenarios.map(({ id, attack }) => [id, new Set(addressesOf(attack))] as const))(
  'the report of %s',
  (id, attacker) => {
    it('is the golden file, and another renderer draws a row and a link for each event of the attacker', async () => {
      const view = await incidentOf(id, attacker);
      const marked = [...view.events()].filter((event) => event.marked);
      expect(marked.length).toBeGreaterThan(5);

      const report = renderReport(view);
      const golden = place(`${id}.md`);
      // Delete the file to write it anew, and read the difference.
      if (!existsSync(golden)) writeFileSync(golden, report);
      expect(report).toBe(readFileSync(golden, 'utf8'));
      expect(checkSeal(report)).toMatchObject({ ok: true });
      expect(outline(report)).toMatchObject({ alive: [], broken: [] });

      const { rows, tags } = drawn(report);
      const timeline = rows('Timeline');
      expect(timeline).toHaveLength(marked.length);
      expect(rows('Evidence register')).toHaveLength(marked.length);
      expect(tags.a).toBe(marked.length);
      for (const [at, event] of marked.entries()) {
        expect(timeline[at]?.[1]).toContain(event.action);
        expect(timeline[at]?.at(-1)).toContain(event.id);
      }
    });
  },
);
