import { type Desk, say } from './desk.ts';

/** Hands text to the terminal's clipboard and says what was copied, or why nothing was. @returns Whether it was. */
export function copyText(desk: Desk, text: string, said: string): boolean {
  const problem = desk.surroundings.copyProblem?.(text);
  if (problem !== undefined) {
    say(desk, problem, 'problem');
    return false;
  }
  desk.surroundings.copy(text);
  if (said !== '') say(desk, said);
  return true;
}
