/** Base of every error we expect. Anything else that is thrown is a bug and ends the program with exit code 70. */
export abstract class ExpectedError extends Error {
  /** Stable, documented, greppable. */
  abstract readonly code: string;
  /** 1 failed · 2 usage · 3 refused · 4 AWS said no · 5 sent but not (only partly) effective. See product.md, part 2. */
  readonly exitCode: 1 | 2 | 3 | 4 | 5 = 1;
  /** What the operator can do next, one imperative sentence each. */
  readonly nextSteps: readonly string[];

  constructor(message: string, options: { readonly cause?: unknown; readonly nextSteps?: readonly string[] } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.nextSteps = options.nextSteps ?? [];
  }
}

/** The command line, a file or a setting is not what we can work with. One line: what, where, the problem, the next step. */
export class UsageError extends ExpectedError {
  readonly code = 'Usage';
  override readonly exitCode = 2;
}

/** We refuse to do it: read-only, not confirmed, a precondition does not hold, another process holds the incident. */
export class RefusedError extends ExpectedError {
  readonly code: string;
  override readonly exitCode = 3;

  constructor(code: string, message: string, nextSteps: readonly string[] = []) {
    super(message, { nextSteps });
    this.code = code;
  }
}

/** Something outside AWS went wrong that the operator can mend: a disk, a file, a port. */
export class FailedError extends ExpectedError {
  readonly code: string;
  override readonly exitCode = 1;

  constructor(code: string, message: string, nextSteps: readonly string[] = [], cause?: unknown) {
    super(message, { nextSteps, cause });
    this.code = code;
  }
}

/** Why AWS did not do what was asked, in words that need no table of error codes. */
export type AwsFailure = 'denied' | 'throttled' | 'expired' | 'not-found' | 'network' | 'aborted' | 'other';

/** AWS refused or failed a call. `code` is the AWS error code, e.g. `AccessDenied`, `ThrottlingException`. */
export class AwsCallError extends ExpectedError {
  readonly code: string;
  override readonly exitCode = 4;
  /** `sagemaker:DeleteEndpoint`. */
  readonly operation: string;
  readonly region: string | undefined;
  readonly requestId: string | undefined;
  readonly reason: AwsFailure;
  /** `unknown`: no answer came, so the call may have happened. */
  readonly outcome: 'refused' | 'unknown';

  constructor(call: {
    readonly operation: string;
    readonly code: string;
    readonly message: string;
    readonly region?: string | undefined;
    readonly requestId?: string | undefined;
    readonly reason: AwsFailure;
    readonly outcome: 'refused' | 'unknown';
    readonly nextSteps?: readonly string[];
    readonly cause?: unknown;
  }) {
    super(call.message, { cause: call.cause, nextSteps: call.nextSteps ?? [] });
    this.operation = call.operation;
    this.code = call.code;
    this.region = call.region;
    this.requestId = call.requestId;
    this.reason = call.reason;
    this.outcome = call.outcome;
  }
}
