import { AwsCallError } from '../model/errors.ts';
import { type Observable, observable } from '../shared/observable.ts';
import type { Question } from './snapshot.ts';

/** Questions that only the operator can answer, one at a time; whoever asks waits, everything else goes on. */
export interface Questions {
  /** The oldest one without an answer. */
  readonly pending: Observable<Question | undefined>;
  /** @throws AwsCallError `expired`: the operator declined, or the signal aborted. */
  askMfa(device: string, profile: string, signal?: AbortSignal): Promise<string>;
  /** `undefined` declines. An id that is not pending any more is ignored: the answer came twice. */
  answer(id: number, text: string | undefined): void;
}

/** No question waits at first. */
export function createQuestions(): Questions {
  const pending = observable<Question | undefined>(undefined);
  const waiting: { readonly question: Question; readonly settle: (text: string | undefined) => void }[] = [];
  let nextId = 1;
  const show = () => pending.set(waiting[0]?.question);
  return {
    pending,
    askMfa: (device, profile, signal) =>
      new Promise((resolve, reject) => {
        const question: Question = { id: nextId, kind: 'mfa', device, profile };
        nextId += 1;
        const settle = (text: string | undefined) => {
          waiting.splice(waiting.indexOf(entry), 1);
          signal?.removeEventListener('abort', decline);
          show();
          if (text !== undefined) resolve(text);
          else
            reject(
              new AwsCallError({
                operation: 'credentials',
                code: 'MfaDeclined',
                message: `no MFA code was given for ${device}`,
                reason: 'expired',
                outcome: 'refused',
                nextSteps: ['The question comes again with the next call; or use another --profile'],
              }),
            );
        };
        const decline = () => settle(undefined);
        const entry = { question, settle };
        waiting.push(entry);
        signal?.addEventListener('abort', decline, { once: true });
        show();
      }),
    answer(id, text) {
      waiting.find(({ question }) => question.id === id)?.settle(text);
    },
  };
}
