import type { Aws, Identity } from '../aws/aws.ts';
import { resolveKeys } from '../focus/resolve-keys.ts';
import { isAccountId } from '../focus/shapes.ts';
import { isUsable, startFrom } from '../focus/start-from.ts';
import type { OtherAccount, StartingPoint } from '../focus/starting-point.ts';
import { parseArn } from '../model/arn.ts';
import { UsageError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import type { Clock } from '../shared/clock.ts';

/** Configured profiles that reach an account; absent where nobody may look into the operator's AWS files. */
export type ProfilesOf = (account: string) => Promise<readonly string[]>;

/** What a starting point is completed with. */
export interface Asking {
  /** Absent for saved logs. */
  readonly aws: Aws | undefined;
  /** Accounts behind the credentials, the session's own first; empty until AWS has said. */
  readonly accounts: () => readonly Identity[];
  readonly profilesOf: ProfilesOf | undefined;
  readonly signal: AbortSignal;
}

/** Of a paste that is no alert; it is read on the thread that draws, and longer texts belong into `--alert FILE`. */
const pasteLimit = 64_000;

/** One thing or a whole alert: what has no blank and is no JSON is a thing. @throws UsageError when nothing can be used. */
export function startFromText(text: string, clock: Clock): StartingPoint {
  const trimmed = text.trim();
  const start =
    /\s/.test(trimmed) || /^[[{<]/.test(trimmed)
      ? startFrom({ alerts: [trimmed], textLimit: pasteLimit }, clock.now())
      : startFrom({ focuses: [trimmed] }, clock.now());
  if (!isUsable(start))
    throw new UsageError(start.unused[0] ?? 'nothing in the text names anything that events can be asked for', {
      nextSteps: ['Paste an ARN, a name, an access key id, an address, an event id, a console URL or a whole alert'],
    });
  return start;
}

/** Asks AWS about the keys, and says which accounts are not behind the credentials. @throws The signal's reason. */
export async function completeStart(start: StartingPoint, asking: Asking): Promise<StartingPoint> {
  const { aws, signal } = asking;
  const ours = asking.accounts();
  const keys =
    aws && start.keys.length > 0
      ? await resolveKeys(start.keys, { aws, account: ours[0]?.account, signal })
      : undefined;
  const others =
    ours.length === 0
      ? []
      : [...new Set([...start.accounts, ...(keys?.otherAccounts ?? []), ...start.resources.flatMap(accountOf)])].filter(
          (account) => !ours.some((one) => one.account === account),
        );
  const otherAccounts: OtherAccount[] = [];
  for (const account of others) otherAccounts.push({ account, profiles: (await asking.profilesOf?.(account)) ?? [] });
  return {
    ...start,
    regions: [...new Set([...start.regions, ...(keys?.regions ?? [])])],
    sentences: [...start.sentences, ...(keys?.sentences ?? [])],
    unused: [
      ...start.unused,
      ...(keys?.unused ?? []),
      ...otherAccounts.map((one) =>
        otherAccountSentence(
          one,
          ours.map(({ account }) => account),
        ),
      ),
    ],
    ...(otherAccounts.length > 0 ? { otherAccounts } : {}),
  };
}

/** Buckets' ARNs name no account, and AWS's own things none that anybody reaches. */
function accountOf({ arn }: ResourceRef): readonly string[] {
  const account = parseArn(arn)?.account ?? '';
  return isAccountId(account) ? [account] : [];
}

/** That an account is not ours, and how to reach it. */
export function otherAccountSentence({ account, profiles }: OtherAccount, ours: readonly string[]): string {
  const reach =
    profiles.length > 0
      ? `reached by --profile ${profiles.join(' or ')}`
      : 'no configured profile reaches it: use --role-arn with a role there';
  return `account ${account} is not ${ours.length === 1 ? `the account of these credentials, ${ours[0]}` : `among ${ours.join(', ')}`}: ${reach}`;
}
