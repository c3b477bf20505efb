import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenDoor } from '../aws/client.ts';
import { containmentJson } from '../containment/containment-json.ts';
import { foldContainments } from '../containment/fold.ts';
import { stepText } from '../containment/plan-text.ts';
import {
  mentionsRole,
  planRecovery,
  type Recovery,
  type RecoveryItem,
  type RecoveryResult,
  runRecovery,
} from '../containment/recovery.ts';
import type { Runner } from '../containment/runner.ts';
import { RefusedError, UsageError } from '../model/errors.ts';
import { snapshotTexts } from '../session/recover.ts';
import { display } from '../shared/display.ts';
import type { Incident } from '../store/incident.ts';
import { type Invocation, textFlag } from './command.ts';

/** `undo --incident NAME --all`: plans the whole recovery and prints it; with `--arm` undoes one after the other. @returns The exit code. */
export async function recoverAll(parts: {
  readonly invocation: Invocation;
  readonly incident: Incident;
  readonly door: OpenDoor;
  readonly runner: Runner;
  readonly by: string;
}): Promise<number> {
  const { invocation, incident, door, runner, by } = parts;
  const { flags, global, signal } = invocation;
  const { name } = incident;
  const containments = foldContainments(incident.journal.lines);
  const texts = await snapshotTexts(containments, (file) => readFile(join(incident.folder, file), 'utf8'));
  const recovery = await planRecovery(
    containments,
    {
      planUndo: (containment, aborted) => runner.planUndo(containment, aborted),
      uses: (containment, role) => mentionsRole(containment, texts.get(containment.id) ?? '', role),
    },
    signal,
  );
  if (recovery.items.length === 0 && recovery.cannot.length === 0)
    throw new UsageError(`there is nothing to undo in ${name}`);
  if (!global.json) process.stdout.write(`${recoveryText(recovery, name).join('\n')}\n\n`);
  if (flags.arm !== true) {
    if (global.json) process.stdout.write(`${JSON.stringify(recoveryJson(recovery, name, []), null, 2)}\n`);
    else
      process.stdout.write(
        `Only planned: nothing was sent. Add --arm${recovery.needsName ? ` --confirm ${name}` : ''} to send it.\n`,
      );
    return 0;
  }
  if (recovery.needsName && textFlag(flags, 'confirm') !== name)
    throw new RefusedError('NotConfirmed', `this opens again what was contained: nothing was sent`, [
      `Confirm with --confirm ${name}`,
    ]);
  const reason = textFlag(flags, 'reason') ?? `undo of ${name}`;
  const results = await runRecovery(
    recovery,
    {
      planUndo: (containment, aborted) => runner.planUndo(containment, aborted),
      async undo(planned) {
        // Each is confirmed when its turn comes: the whole may take longer than a lease.
        door.arming.arm();
        const typedName = planned.containment.plan.target.name;
        const running = await runner.undo(planned, { reason, typedName }, by, signal);
        const cancel = () => runner.cancel(running.id);
        signal.addEventListener('abort', cancel, { once: true });
        try {
          return await running.written;
        } finally {
          signal.removeEventListener('abort', cancel);
        }
      },
      tell({ id, state, why }) {
        const target = containments.find((one) => one.id === id)?.plan.target.name ?? '';
        const text = `${id} ${target}: ${state === 'running' ? 'begins' : state}${why ? `: ${why}` : ''}\n`;
        if (!global.json) process.stdout.write(`${display(text.trimEnd())}\n`);
      },
    },
    signal,
  );
  if (global.json) process.stdout.write(`${JSON.stringify(recoveryJson(recovery, name, results), null, 2)}\n`);
  return Math.max(0, ...results.map(codeOf));
}

/** 0 undone · AWS's or our refusal, 3 or 4 · 5 sent, but not as it was. What waits for another one counts as that one. */
function codeOf({ state, error }: RecoveryResult): number {
  if (state === 'undone' || state === 'skipped') return 0;
  return state === 'refused' ? (error?.exitCode ?? 3) : 5;
}

const head = ({ containment: { id, plan } }: Pick<RecoveryItem, 'containment'>): string =>
  `${id} ${plan.action} ${plan.target.name}`;

/** The whole recovery as plain lines. Safe to show. */
function recoveryText({ items, cannot }: Recovery, name: string): readonly string[] {
  return [
    `Recovery of ${name}: ${items.length} to undo, in this order`,
    ...items.flatMap((item, at) => {
      const { after, planned, refusal, state, containment } = item;
      return [
        display(`${at + 1}. ${head(item)}${after.length > 0 ? `, after ${after.join(', ')}` : ''}`),
        ...(refusal
          ? [
              display(
                state === 'later'
                  ? `   Looked at again once ${after.join(', ')} is undone`
                  : `   Refused now: ${refusal.code}: ${refusal.message}`,
              ),
              ...refusal.nextSteps.map((step) => display(`   ${step}`)),
            ]
          : []),
        ...(planned?.reopens ?? []).map((line) => display(`   OPENS AGAIN: ${line}`)),
        ...(planned?.comesBack ?? []).map((line) => display(`   Comes back: ${line}`)),
        ...containment.plan.notRestored.map((line) => display(`   Does not come back: ${line}`)),
        ...(planned?.steps ?? []).map((step) => `   ${step.id}. ${stepText(step)}`),
      ];
    }),
    ...cannot.map((one) => display(`Cannot be undone: ${head(one)}: ${one.why}`)),
  ];
}

/** The recovery as `undo --all --json` prints it: a stable public shape. */
function recoveryJson(
  { items, cannot, needsName }: Recovery,
  incident: string,
  results: readonly RecoveryResult[],
): object {
  const resultOf = (id: string) => results.find((one) => one.id === id);
  return {
    incident,
    needsName,
    items: items.map(({ containment, after, state, planned, refusal }) => {
      const result = resultOf(containment.id);
      return {
        entry: containment.id,
        after,
        state: result?.state ?? (state === 'ready' ? 'planned' : state),
        why: result?.why ?? refusal?.message ?? '',
        code: (result ? result.error?.code : refusal?.code) ?? null,
        opensAgain: planned?.reopens ?? [],
        comesBack: planned?.comesBack ?? [],
        notRestored: containment.plan.notRestored,
        containment: containmentJson(result?.containment ?? containment),
      };
    }),
    cannot: cannot.map(({ containment, why }) => ({
      entry: containment.id,
      why,
      containment: containmentJson(containment),
    })),
  };
}
