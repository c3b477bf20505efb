import type { Containment } from '../containment/containment.ts';
import { mentionsRole, planRecovery, type RecoveryResult, runRecovery } from '../containment/recovery.ts';
import type { PlannedUndo, Runner } from '../containment/runner.ts';
import { RefusedError } from '../model/errors.ts';
import { isSafePath } from '../shared/safe-path.ts';
import type { Publisher } from './publisher.ts';
import type { Session } from './session.ts';

/** Reads the snapshots that the containments were planned from: what acts as which role stands in them. */
export async function snapshotTexts(
  containments: readonly Containment[],
  read: (file: string) => Promise<string>,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const { id, snapshot } of containments) {
    // Gone, never written, or not ours to read: then only the plan itself tells which roles it speaks of.
    const text = snapshot && isSafePath(snapshot.file) ? await read(snapshot.file).catch(() => '') : '';
    texts.set(id, text);
  }
  return texts;
}

/** The part of a session that undoes everything. */
export function recoveryIntents(parts: {
  runnerOf(plan: { readonly account: string; readonly region: string }): Runner;
  readonly publisher: Publisher;
  readonly incident: string;
  readSnapshot(file: string): Promise<string>;
  refold(): void;
  by(): string;
  armed(): boolean;
  readonly ending: AbortSignal;
}): Pick<Session, 'planRecovery' | 'recover'> {
  const { publisher, runnerOf } = parts;
  const planUndo = (containment: Containment, signal: AbortSignal) =>
    runnerOf(containment.plan).planUndo(containment, signal);
  return {
    async planRecovery(signal) {
      const { containments } = publisher.snapshot.get();
      const texts = await snapshotTexts(containments, parts.readSnapshot);
      return planRecovery(
        containments,
        { planUndo, uses: (containment, role) => mentionsRole(containment, texts.get(containment.id) ?? '', role) },
        signal,
      );
    },
    async recover(recovery, confirmation) {
      if (publisher.snapshot.get().recovery?.running)
        throw new RefusedError('Busy', 'a recovery is under way already', ['Wait for it: the journal shows it']);
      if (!parts.armed()) throw new RefusedError('NotArmed', 'read-only: nothing was sent', ['Arm the session (A)']);
      if (recovery.needsName && confirmation.typedName !== parts.incident)
        throw new RefusedError(
          'NotConfirmed',
          `the incident's name ${parts.incident} must be typed: this opens again what was contained`,
        );
      const results = new Map<string, RecoveryResult>();
      const publish = (running: boolean) =>
        publisher.change({
          recovery: { items: [...results.values()].map(({ id, state, why }) => ({ id, state, why })), running },
        });
      publish(true);
      const undo = async (planned: PlannedUndo) => {
        const { plan } = planned.containment;
        const typed = { reason: confirmation.reason, typedName: plan.target.name };
        const running = await runnerOf(plan).undo(planned, typed, parts.by(), parts.ending);
        parts.refold();
        const outcome = await running.written;
        parts.refold();
        return outcome;
      };
      const tell = (result: RecoveryResult) => {
        results.set(result.id, result);
        publish(true);
        if (result.error) publisher.fail(result.error);
      };
      void runRecovery(recovery, { planUndo, undo, tell }, parts.ending)
        .catch((error: unknown) => parts.ending.aborted || publisher.fail(error))
        .finally(() => publish(false));
    },
  };
}
