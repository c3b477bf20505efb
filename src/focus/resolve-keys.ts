import type { Aws } from '../aws/aws.ts';
import { AwsCallError } from '../model/errors.ts';
import { isRegionName } from './shapes.ts';

/** What AWS says about access keys. */
export interface ResolvedKeys {
  readonly sentences: readonly string[];
  readonly unused: readonly string[];
  /** Accounts of the keys that are not ours. */
  readonly otherAccounts: readonly string[];
  /** Where the keys were used last. */
  readonly regions: readonly string[];
}

/** Two calls each; a list of hundreds of keys is no starting point. */
const KEYS_LIMIT = 10;
const ANSWER_WITHIN_MS = 10_000;

/**
 * Asks AWS whose access keys these are: the account of any key, and of our own account's long-lived ones the user and the last use. Reads
 * only; what is denied, throttled or too late is said, and the rest goes on.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 *
 * @param account Ours; `undefined` while AWS has not said.
 * @throws The signal's reason.
 */
export async function resolveKeys(
  keys: readonly string[],
  { aws, account, signal }: { readonly aws: Aws; readonly account: string | undefined; readonly signal: AbortSignal },
): Promise<ResolvedKeys> {
  const sentences: string[] = [];
  const unused: string[] = [];
  const others = new Set<string>();
  const regions = new Set<string>();
  const asked = [...new Set(keys)].slice(0, KEYS_LIMIT);
  if (asked.length < keys.length) unused.push(`AWS was asked about the first ${asked.length} of ${keys.length} keys`);
  const ask = async <Answer>(
    key: string,
    call: (within: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | undefined> => {
    try {
      return await call(AbortSignal.any([signal, AbortSignal.timeout(ANSWER_WITHIN_MS)]));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof AwsCallError)) throw error;
      unused.push(`${key}: ${whyNot(error)}`);
      return undefined;
    }
  };
  await Promise.all(
    asked.map(async (key) => {
      const info = await ask(key, (within) =>
        aws.call('sts:GetAccessKeyInfo', { AccessKeyId: key }, { signal: within, priority: 'operator' }),
      );
      const owner = info?.Account;
      if (owner && account !== undefined && owner !== account) {
        others.add(owner);
        sentences.push(`${key} is of account ${owner}, not of ${account}`);
        return;
      }
      if (key.startsWith('ASIA')) {
        sentences.push(
          `${key} is temporary${owner ? `, of account ${owner}` : ''}: its calls and the call that issued it are looked up`,
        );
        return;
      }
      const used = await ask(key, (within) =>
        aws.call('iam:GetAccessKeyLastUsed', { AccessKeyId: key }, { signal: within, priority: 'operator' }),
      );
      if (!used) return;
      const { LastUsedDate: at, Region: region, ServiceName: service } = used.AccessKeyLastUsed ?? {};
      const last = at
        ? `last used ${at.toISOString()} in ${region ?? '?'} for ${service ?? '?'}`
        : 'never used, as far as IAM knows';
      sentences.push(
        `${key} is of ${used.UserName ? `user ${used.UserName}` : 'an unknown user'}${owner ? ` in account ${owner}` : ''}, ${last}`,
      );
      if (region && isRegionName(region)) regions.add(region);
    }),
  );
  return { sentences, unused, otherAccounts: [...others], regions: [...regions] };
}

function whyNot({ reason, operation, message }: AwsCallError): string {
  switch (reason) {
    case 'denied':
      return `whose it is could not be asked: needs ${operation}`;
    case 'aborted':
      return `${operation} did not answer in ${ANSWER_WITHIN_MS / 1000} s`;
    case 'not-found':
      return `${operation}: there is no such key`;
    default:
      return `${operation}: ${reason === 'throttled' ? 'throttled by AWS' : message}`;
  }
}
