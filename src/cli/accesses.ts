import { roleArnFor } from '../aws/assume-role.ts';
import type { AssumedRole } from '../aws/credentials.ts';
import type { SettingsInForce } from './settings-in-force.ts';

/** One set of credentials that is opened, and what is known of it before AWS is asked. */
export interface Access {
  readonly profile: string | undefined;
  /** Taken on over the profile's credentials. */
  readonly assume: AssumedRole | undefined;
  /** What the coverage calls it: the profile, `ROLE@ACCOUNT` for a member; empty for the session's own. */
  readonly label: string;
  /** The member account whose role it is; `undefined` for what is no member. */
  readonly member: string | undefined;
  /** Accounts that it may be of; empty: any. */
  readonly expect: readonly string[];
}

/** Who is opened, the session's own first. @throws UsageError the role's template makes no role ARN. */
export function accessesOf(settings: SettingsInForce): readonly [Access, ...Access[]] {
  const [profile, ...others] = settings.profiles.value;
  const { roleArn, externalId, members } = settings;
  const memberAccesses = (members.value?.accounts ?? []).map((account): Access => {
    const arn = roleArnFor(members.value?.roleArn ?? '', account);
    const external = members.value?.externalId;
    return {
      profile,
      assume: { roleArn: arn, ...(external === undefined ? {} : { externalId: external }) },
      label: `${arn.split('/').at(-1)}@${account}`,
      member: account,
      // Its role's ARN names the account: nothing else can answer.
      expect: [],
    };
  });
  const [first, ...rest] = memberAccesses;
  // A template on the command line says which accounts are meant; one in the file says which belong to every incident.
  if (first && members.from === 'flag') return [{ ...first, label: '' }, ...rest];
  const expect = settings.expectAccount.value;
  const assume = roleArn.value && {
    roleArn: roleArn.value,
    ...(externalId.value === undefined ? {} : { externalId: externalId.value }),
  };
  return [
    { profile, assume: assume || undefined, label: '', member: undefined, expect },
    ...others.map((other): Access => ({ profile: other, assume: undefined, label: other, member: undefined, expect })),
    ...memberAccesses,
  ];
}
