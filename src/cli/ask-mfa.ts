import { createInterface } from 'node:readline/promises';
import { AwsCallError } from '../model/errors.ts';
import { display } from '../shared/display.ts';

/** Whether somebody can be asked before, or without, the console. */
export const canAsk = (): boolean => process.stdin.isTTY === true;

/** Asks for an MFA code on the terminal; stdout stays clean for pipes. @throws AwsCallError `MfaDeclined` for an empty answer. */
export async function askMfaOnTerminal(device: string, profile: string, signal?: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `firebreak: MFA code of ${display(device)}${profile ? ` (profile ${display(profile)})` : ''}: `;
    const code = (await lines.question(question, signal ? { signal } : {})).trim();
    if (code) return code;
  } finally {
    lines.close();
  }
  throw new AwsCallError({
    operation: 'credentials',
    code: 'MfaDeclined',
    message: `no MFA code was given for ${device}`,
    reason: 'expired',
    outcome: 'refused',
    nextSteps: ['Start again, or use another --profile'],
  });
}
