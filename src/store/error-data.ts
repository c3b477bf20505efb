import { ExpectedError, FailedError, UsageError } from '../model/errors.ts';
import type { ErrorData } from './query-messages.ts';

/** An error as data, for another thread. */
export function toErrorData(error: unknown): ErrorData {
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return error instanceof ExpectedError
    ? { expected: true, code: error.code, message, nextSteps: error.nextSteps, stack }
    : { expected: false, code: '', message, nextSteps: [], stack };
}

/** The error that another thread met: expected ones as what they were, bugs as bugs. */
export function fromErrorData({ expected, code, message, nextSteps, stack }: ErrorData): Error {
  if (expected)
    return code === 'Usage' ? new UsageError(message, { nextSteps }) : new FailedError(code, message, nextSteps);
  const bug = new Error(message);
  bug.stack = stack;
  return bug;
}
