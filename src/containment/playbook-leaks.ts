import { parseArn } from '../model/arn.ts';
import { changesSomething } from '../model/event.ts';
import { once } from './playbook-facts.ts';
import { type FoundTarget, itself, namedIn, type Search, told } from './playbook-search.ts';

/** Accounts of strangers that the attack shared something with: principals of other accounts that its calls name. */
export function outsiders({ attack, facts }: Search): readonly FoundTarget[] {
  return once(
    attack.events.filter(changesSomething).flatMap((event) =>
      event.resources.flatMap(({ kind, arn, name }) => {
        const account = parseArn(arn)?.account ?? (kind === 'iam.account' ? name : '');
        return account && /^\d{12}$/.test(account) && account !== facts.account
          ? [{ ref: { kind: 'iam.account', arn: '', name: account }, because: told(event) }]
          : [];
      }),
    ),
  );
}

/** Buckets whose policy the attack wrote, once for each role or user of a stranger's account that it names. */
export function openedBuckets({ attack, facts }: Search): readonly FoundTarget[] {
  const found = new Map<string, FoundTarget>();
  for (const event of attack.events.filter(({ action }) => action === 's3:PutBucketPolicy'))
    for (const { arn: principal, kind } of event.resources) {
      const account = parseArn(principal)?.account;
      if ((kind !== 'iam.role' && kind !== 'iam.user') || !account || account === facts.account) continue;
      for (const { kind: bucketKind, arn, name } of event.resources)
        if (bucketKind === 's3.bucket')
          found.set(`${arn} ${principal}`, {
            ref: { kind: bucketKind, arn, name },
            because: `${told(event)}; it names ${principal}`,
            params: { principal },
          });
    }
  return [...found.values()];
}

/** Trails that the attack switched off. */
export const trails = (search: Search): readonly FoundTarget[] =>
  once([
    ...itself(search, 'cloudtrail.trail'),
    ...search.attack.events
      .filter(({ action }) => action === 'cloudtrail:StopLogging')
      .flatMap((event) => namedIn(event, ({ kind }) => kind === 'cloudtrail.trail')),
  ]);

/** Log groups whose lines the attack had expire early. */
export const shortenedGroups = (search: Search): readonly FoundTarget[] =>
  once([
    ...itself(search, 'logs.log-group'),
    ...search.attack.events
      .filter(({ action }) => action === 'logs:PutRetentionPolicy')
      .flatMap((event) => namedIn(event, ({ kind }) => kind === 'logs.log-group')),
  ]);
