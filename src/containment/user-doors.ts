import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, Affected } from './action.ts';
import { allPages, attempt } from './attempt.ts';
import { childSessions } from './child-sessions.ts';

/** Pages of the event history for each key of a user. */
const mostPages = 10;

/** Everything a user can act with: keys with their last use, the console, and what the keys issued. */
export async function* userDoors(user: ResourceRef, context: ActionContext): AsyncIterable<Affected> {
  const { aws, signal } = context;
  const keys = await allPages(async (Marker) => {
    const page = await aws.call(
      'iam:ListAccessKeys',
      { UserName: user.name, ...(Marker ? { Marker } : {}) },
      { signal },
    );
    return { items: page.AccessKeyMetadata, next: page.IsTruncated ? page.Marker : undefined };
  });
  const login = await attempt(aws.call('iam:GetLoginProfile', { UserName: user.name }, { signal }));
  if (login.missing === 'denied')
    yield {
      kind: 'iam.user',
      arn: user.arn,
      why: `whether ${user.name} has a console password is not known: iam:GetLoginProfile was denied`,
    };
  if (login.value)
    yield {
      kind: 'iam.user',
      arn: user.arn,
      why: `${user.name} has a console password; open console sessions are hit too`,
    };
  for (const { AccessKeyId = '', Status } of keys) {
    const used = await attempt(aws.call('iam:GetAccessKeyLastUsed', { AccessKeyId }, { signal }));
    const last = used.value?.AccessKeyLastUsed;
    yield {
      kind: 'iam.access-key',
      arn: '',
      why: last?.LastUsedDate
        ? `key ${AccessKeyId} is ${Status}, last used ${last.LastUsedDate.toISOString()} for ${last.ServiceName} in ${last.Region}`
        : `key ${AccessKeyId} is ${Status} and ${used.missing === 'denied' ? 'when it was used is not known: iam:GetAccessKeyLastUsed was denied' : 'was never used'}`,
    };
    if (Status === 'Active') yield* sessionsOf(AccessKeyId, context);
  }
}

/** Child sessions of a key, each with its end. */
export async function* sessionsOf(accessKeyId: string, context: ActionContext): AsyncIterable<Affected> {
  for await (const session of childSessions(accessKeyId, context, mostPages))
    yield {
      kind: session.actsAs.includes(':role/') ? 'iam.role' : 'iam.user',
      arn: session.actsAs,
      why: `session ${session.accessKeyId} that ${accessKeyId} issued by ${session.call} lives until ${session.until}, whatever becomes of the key`,
    };
}
