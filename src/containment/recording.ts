import type { Aws } from '../aws/aws.ts';
import { AwsCallError } from '../model/errors.ts';
import type { Json } from '../shared/json.ts';

/**
 * What AWS hands *us* to act with is never written (promise 10). Secrets inside recorded configuration (environment variables, scripts)
 * are evidence and stay. ARNs of secrets are no secrets.
 */
const handedToUs = /^(AuthorizedUrl|SessionToken|Password|Token([A-Z].*)?|Secret([A-Z].*)?)$/;
const dropped = (name: string): boolean =>
  (handedToUs.test(name) && !/(Arn|ARN|Name)$/.test(name)) || name === '$metadata';

/** Maps whose keys the account's people chose: their names say nothing about what AWS handed to us. */
const ownKeys: ReadonlySet<string> = new Set(['Environment', 'Tags']);

/** An answer as JSON: dates as ISO 8601, bytes as base64, without what must not be written. */
export function answerJson(answer: unknown): Json {
  return JSON.parse(JSON.stringify(asJson(answer, false)) ?? 'null') as Json;
}

function asJson(value: unknown, own: boolean): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map((item) => asJson(item, false));
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? String(value) : value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => own || !dropped(name))
      .map(([name, member]) => [name, asJson(member, ownKeys.has(name))]),
  );
}

/** The reading door, and beside it everything that came through: what planning read *is* the snapshot. */
export function recorded(aws: Aws): { readonly aws: Aws; readonly reads: readonly Json[] } {
  const reads: Json[] = [];
  return {
    reads,
    aws: {
      now: () => aws.now(),
      // A plan that read a stream could not be made again and compared.
      stream() {
        throw new Error('a plan reads no stream');
      },
      async call(name, input, options) {
        const read = { name, input: answerJson(input) };
        try {
          const answer = await aws.call(name, input, options);
          reads.push({ read, at: new Date(aws.now()).toISOString(), answer: answerJson(answer) });
          return answer;
        } catch (error) {
          // "Not there" and "not allowed" are findings too.
          if (error instanceof AwsCallError)
            reads.push({
              read,
              at: new Date(aws.now()).toISOString(),
              error: { code: error.code, message: error.message },
            });
          throw error;
        }
      },
    },
  };
}
