import { AwsCallError } from '../model/errors.ts';
import type { Clock } from '../shared/clock.ts';

/** Asks a person for the code that a device shows. A rejection or an empty text is a "no". */
export type AskMfaCode = (device: string, profile: string) => Promise<string>;

/** How long a "no" holds, ms: sources ask for keys every ten seconds, the operator wants to work. */
export const declinedMs = 30_000;

/** The questions for MFA codes of one door. */
export interface Mfa {
  /**
   * The code of the device; who asks while the question is open waits for the same answer.
   *
   * @param profile Whose setting wants it; empty when none does.
   * @throws AwsCallError `expired`: `MfaRequired` nobody can be asked, `MfaDeclined`, `MfaRefused` no code at all.
   */
  code(device: string, profile: string): Promise<string>;
}

/** What a missing or wrong code means for the call that wanted it: nothing was sent, and it may be tried again. */
export const mfaError = (
  code: 'MfaRequired' | 'MfaDeclined' | 'MfaRefused',
  message: string,
  nextSteps: readonly string[],
  cause?: unknown,
): AwsCallError =>
  new AwsCallError({
    operation: 'credentials',
    code,
    message,
    reason: 'expired',
    outcome: 'refused',
    nextSteps,
    cause,
  });

/** Without `ask` every question is answered with what the operator can do instead. */
export function createMfa(clock: Clock, ask: AskMfaCode | undefined): Mfa {
  const pending = new Map<string, Promise<string>>();
  const declined = new Map<string, { readonly until: number; readonly error: AwsCallError }>();
  async function question(device: string, profile: string, askCode: AskMfaCode): Promise<string> {
    let answer = '';
    let cause: unknown;
    try {
      answer = (await askCode(device, profile)).trim();
    } catch (error) {
      cause = error;
    }
    if (answer === '') {
      const error = mfaError(
        'MfaDeclined',
        `no MFA code was given for ${device}`,
        [`The question comes again after ${declinedMs / 1_000} s; or use another --profile`],
        cause,
      );
      declined.set(device, { until: clock.now() + declinedMs, error });
      throw error;
    }
    if (/^\d{6}$/.test(answer)) return answer;
    throw mfaError('MfaRefused', `that was no MFA code of ${device}: one has six digits`, [
      'Give the six digits that the device shows',
    ]);
  }
  return {
    async code(device, profile) {
      if (!ask) {
        const of = profile ? `Profile ${profile}` : 'The role';
        throw mfaError(
          'MfaRequired',
          `${of} requires multi-factor authentication, but no MFA code callback was provided.`,
          ['Get a session with `aws sts get-session-token` and export its three variables'],
        );
      }
      const no = declined.get(device);
      if (no && clock.now() < no.until) throw no.error;
      const open = pending.get(device) ?? question(device, profile, ask).finally(() => pending.delete(device));
      pending.set(device, open);
      return open;
    },
  };
}
