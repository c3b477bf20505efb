import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAws } from '../../../src/aws/client.ts';
import type { ActionContext, Check, Params, Plan, Step } from '../../../src/containment/action.ts';
import { allHold } from '../../../src/containment/conclude.ts';
import type { Containment } from '../../../src/containment/containment.ts';
import { foldContainments } from '../../../src/containment/fold.ts';
import { callsOf } from '../../../src/containment/step.ts';
import type { ResourceRef } from '../../../src/model/resource.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { type Journal, type JournalEntry, openJournal, verifyJournal } from '../../../src/store/journal.ts';
import { account, type Ground, ground, signal } from '../identity-range.ts';
import { differences } from '../states/run-cell.ts';
import type { Subject } from './subjects.ts';

/** Of the range and of the runner's pauses, when nothing else is said. */
export const usualSpeed = Number(process.env.FAULT_SPEED ?? 1000);

/** Something to contain on an account of its own, looked at and ready to be approved. */
export interface Stage {
  readonly g: Ground;
  readonly subject: Subject;
  readonly target: ResourceRef;
  readonly plan: Plan;
  readonly journalPath: string;
  /** Of the range and of the runner's pauses. */
  readonly speed: number;
  /** Called after each line is on the disk, before the runner goes on. */
  onLine: (entry: JournalEntry) => Promise<void> | void;
  /** What differs in the account from before anything was done, a line each. */
  changed(): Promise<readonly string[]>;
  /** Whether AWS holds what the action is for, asked by nobody else's leave. */
  holds(): Promise<{ readonly holds: boolean; readonly checks: readonly Check[] }>;
  /** Sends calls as somebody else. */
  other(steps: readonly Step[]): Promise<void>;
  /** As the journal tells it. */
  containment(): Containment | undefined;
  journalHolds(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** Builds the account, and plans. */
export async function stage(subject: Subject, speed = usualSpeed): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'fault-'));
  const journalPath = join(folder, 'journal.jsonl');
  const file = await openJournal(journalPath);
  let hook: Stage['onLine'] = () => undefined;
  const journal: Journal = {
    path: file.path,
    get lines() {
      return file.lines;
    },
    tornLine: undefined,
    async append(entry) {
      const line = await file.append(entry);
      await hook(entry);
      return line;
    },
    close: () => file.close(),
  };
  const g = await ground(speed, systemClock, { journal });
  const { action, on } = subject;
  const target = await g.target(action.id, await on.reach(g));
  const offered = await g.runner.parameters(action.id, target, signal);
  const params = Object.fromEntries(offered.map(({ name, choices }) => [name, choices?.[0] ?? ''])) as Params;
  const plan = await g.plan(action.id, target, params);
  const before = JSON.parse(await g.range.state()) as unknown;
  const context: ActionContext = {
    aws: g.door.aws,
    partition: 'aws',
    account,
    region: g.range.region,
    responderArn: (await g.door.identity()).arn,
    incident: 'contract',
    params: plan.params,
    signal,
  };
  return {
    g,
    subject,
    target,
    plan,
    journalPath,
    speed,
    get onLine() {
      return hook;
    },
    set onLine(next) {
      hook = next;
    },
    changed: async () => differences(before, JSON.parse(await g.range.state())),
    async holds() {
      const checks = await action.verify(target, context);
      return { holds: allHold(checks, false), checks };
    },
    async other(steps) {
      const door = await openAws({
        region: g.range.region,
        endpoint: g.range.endpoint,
        credentials: g.range.credentials,
        clock: systemClock,
        simulated: true,
        incident: 'somebody-else',
      });
      const calls = callsOf(steps);
      door.arming.arm();
      const permit = door.arming.confirm('other', calls);
      try {
        for (const call of calls) await door.writer.send(call, permit, signal);
      } finally {
        door.close();
      }
    },
    containment: () => foldContainments(file.lines, { live: g.runner.live })[0],
    async journalHolds() {
      const check = await verifyJournal(journalPath);
      return check.ok ? undefined : `line ${check.line}: ${check.problem}`;
    },
    async close() {
      await g.close();
      await file.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
