import { Fault } from '../fault.ts';
import type { JsonRoute, Members, Operation } from '../operation.ts';
import { readJson, writeJson } from './json.ts';

/** A request as HTTP brings it. */
export interface RestJsonRequest {
  readonly method: string;
  /** Still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/** The labels of a path that is answered here; `undefined` when it is another one. */
function labelsOf({ path }: JsonRoute, asked: string): Members | undefined {
  const [wanted, given] = [path.split('/'), asked.split('/')];
  if (wanted.length !== given.length) return undefined;
  const labels: Record<string, string> = {};
  for (const [at, part] of wanted.entries()) {
    const [, label] = /^\{(\w+)\}$/.exec(part) ?? [];
    if (label === undefined && part !== given[at]) return undefined;
    try {
      if (label !== undefined) labels[label] = decodeURIComponent(given[at] ?? '');
    } catch {
      throw new Fault('ValidationException', `The path ${asked} is not percent-encoded`);
    }
  }
  return labels;
}

/**
 * Finds the operation of a REST-JSON request, and its input: labels of the path, parameters of the URL, members of the body.
 *
 * @throws Fault `UnknownOperationException` for what the range does not serve.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function readRestJson(
  request: RestJsonRequest,
  operations: readonly Operation[],
): { readonly operation: Operation; readonly input: Members } {
  for (const operation of operations) {
    const { route } = operation;
    const labels = route?.method === request.method ? labelsOf(route, request.path) : undefined;
    if (!route || !labels) continue;
    const input: Record<string, unknown> = { ...readJson(request.body), ...labels };
    for (const [parameter, member] of Object.entries(route.query ?? {})) {
      const value = request.query.get(parameter);
      if (value !== null) input[member] = operation.input?.[member]?.type === 'number' ? Number(value) : value;
    }
    return { operation, input };
  }
  throw new Fault(
    'UnknownOperationException',
    `The simulated account does not serve ${request.method} ${request.path}`,
  );
}

/** What is written back. */
export interface RestJsonAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: { readonly [name: string]: string };
}

const type = 'application/json';

/** The answer of an operation that was done. */
export const writeRestJson = (output: Members | undefined): RestJsonAnswer => ({
  status: 200,
  type,
  body: writeJson(output ?? {}),
});

/** Faults whose HTTP status this protocol gives; others keep their own. */
const statuses: { readonly [code: string]: number } = {
  AccessDeniedException: 403,
  ConflictException: 409,
  ExpiredTokenException: 403,
  InvalidSignatureException: 403,
  ResourceNotFoundException: 404,
  ThrottlingException: 429,
  UnrecognizedClientException: 403,
};

/** A refusal: the code stands in a header. */
export const writeRestJsonFault = (fault: Fault): RestJsonAnswer => ({
  status: statuses[fault.code] ?? fault.status,
  type,
  headers: { 'x-amzn-errortype': fault.code },
  body: JSON.stringify({ Message: fault.message }),
});
