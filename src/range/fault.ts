/** A refusal as AWS words it. Codes are those of the JSON protocol; `protocols/query.ts` respells the few that differ in XML. */
export class Fault extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** The older half of SageMaker says `ValidationException` to nearly everything, missing resources included. */
export const validationFault = (message: string): Fault => new Fault('ValidationException', message);

/** IAM's answer for what is not there. */
export const noSuchEntity = (message: string): Fault => new Fault('NoSuchEntity', message, 404);
