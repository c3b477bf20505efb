import type { Aws } from '../../src/aws/aws.ts';
import { type Look, lookThrough, Reads } from '../../src/inventory/look.ts';
import { AwsCallError, type AwsFailure } from '../../src/model/errors.ts';
import type { Clock } from '../../src/shared/clock.ts';

export const account = '111122223333';
export const region = 'us-east-1';

/** AWS as a table: an answer, or a function of the input; what is not in it answers empty. */
export type Answers = { readonly [operation: string]: unknown | ((input: never) => unknown) };

/** What a refused call throws, as the door writes it. */
export const refused = (operation: string, reason: AwsFailure = 'denied'): AwsCallError =>
  new AwsCallError({
    operation,
    code: reason === 'denied' ? 'AccessDeniedException' : 'ThrottlingException',
    message: `${operation} said ${reason}`,
    reason,
    outcome: 'refused',
    nextSteps: reason === 'denied' ? [`Needs ${operation}`] : [],
  });

/** An `Aws` that answers from a table and remembers what it was asked. */
export function answeringAws(answers: Answers): Aws & { readonly asked: string[]; answers: Answers } {
  const aws = {
    asked: [] as string[],
    answers,
    now: () => Date.parse('2026-11-23T20:00:00Z'),
    async call(name: string, input: unknown) {
      aws.asked.push(name);
      await Promise.resolve();
      const answer = aws.answers[name] ?? aws.answers['*'];
      const given = typeof answer === 'function' ? answer(input as never) : answer;
      if (given instanceof Error) throw given;
      return given ?? {};
    },
    stream: () => {
      throw new Error('nothing is streamed');
    },
  };
  return aws as never;
}

/** A look through such an AWS. */
export function lookAt(aws: Aws, signal = new AbortController().signal): Look {
  return lookThrough(
    new Reads(aws, signal),
    { account, region, partition: 'aws', ours: new Set([account]) },
    { signal, priority: 'operator' },
  );
}

/** Time that moves when a test says so. */
export function handClock(start = Date.parse('2026-11-23T20:00:00Z')): Clock & { at: number } {
  const clock = {
    at: start,
    now: () => clock.at,
    sleep: async () => undefined,
  };
  return clock;
}
