import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actions } from '../../src/containment/catalogue.ts';
import { cases } from './states/cases.ts';
import { runCell } from './states/run-cell.ts';
import { readmePath, written } from './states/table.ts';

const readme = readFileSync(readmePath, 'utf8');

describe('the table of action × state in src/containment/README.md', () => {
  const pairs = actions.flatMap((action) =>
    cases.filter(({ kind }) => action.appliesTo.includes(kind)).map((one) => ({ action, one })),
  );
  it('has every action and every state of every kind, and none that breaks the contract', () => {
    for (const { action, one } of pairs)
      expect(written(readme, one.kind, action.id, one.state), `${action.id} · ${one.kind} · ${one.state}`).toMatch(
        /^(?:done|refused|so already|waited for|nothing fits|not there)/,
      );
    const kinds = new Set(cases.map(({ kind }) => kind));
    expect(actions.flatMap(({ appliesTo }) => appliesTo).filter((kind) => !kinds.has(kind))).toEqual([]);
  });

  // One of each outcome, and what is particular; the whole table is `node test/containment/states.ts`.
  it.each([
    ['sagemaker.endpoint.delete', 'sagemaker.endpoint', 'Failed'],
    ['sagemaker.notebook-instance.detach-lifecycle-config', 'sagemaker.notebook-instance', 'Stopping'],
    ['sagemaker.mlflow-tracking-server.stop', 'sagemaker.mlflow-tracking-server', 'StopFailed'],
    ['sagemaker.user-profile.close-apps', 'sagemaker.user-profile', 'InService, an app Failed'],
    ['sagemaker.studio.detach-lifecycle-config', 'sagemaker.domain', 'InService'],
    ['events.rule.disable', 'events.rule', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
    ['scheduler.schedule.disable', 'scheduler.schedule', 'ENABLED, with an end'],
    ['iam.access-key.deactivate', 'iam.access-key', 'temporary'],
  ])(
    '%s on %s %s',
    async (id, kind, state) => {
      const action = actions.find((one) => one.id === id);
      const one = cases.find((entry) => entry.kind === kind && entry.state === state);
      if (!action || !one) throw new Error(`there is no ${id} or no ${kind} ${state}`);
      expect((await runCell(action, one)).result).toBe(written(readme, kind, id, state));
    },
    30_000,
  );
});
