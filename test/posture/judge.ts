import type { Posture, PostureResult } from '../../src/model/posture.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { checks } from '../../src/posture/catalogue.ts';
import type { RoleUsers } from '../../src/posture/facts.ts';
import { readPosture } from '../../src/posture/read.ts';
import { type Answers, account, answeringAws, lookAt, region } from '../inventory/answering-aws.ts';

/** A resource of a kind as records name it. */
export function subjectOf(kind: string, name = 'x'): ResourceRef {
  const [service = '', type = ''] = kind.split('.');
  if (kind === 'account') return { kind, arn: '', name: account };
  if (kind === 's3.bucket') return { kind, arn: `arn:aws:s3:::${name}`, name };
  if (service === 'iam') return { kind, arn: `arn:aws:iam::${account}:${type}/${name}`, name };
  const path = type === 'space' || type === 'user-profile' ? `d-1/${name}` : name;
  return { kind, arn: `arn:aws:${service}:${region}:${account}:${type}/${path}`, name };
}

/** Judges one resource with these answers of AWS; what is not in them answers empty. */
export async function judge(
  subject: ResourceRef,
  answers: Answers,
  users: RoleUsers = { users: [], unseen: [] },
): Promise<Posture & { readonly asked: readonly string[] }> {
  const aws = answeringAws(answers);
  const look = lookAt(aws);
  let last: Posture | undefined;
  const isAccount = subject.kind === 'account';
  const place = {
    look,
    account,
    region,
    partition: 'aws',
    ours: new Set([account]),
    seeds: isAccount ? [] : [{ ...subject, here: ['a finding names it'], via: '' }],
    whole: isAccount,
    usersOf: () => users,
  };
  for await (const now of readPosture([place], checks, look.signal)) last = now;
  return { ...last!, asked: aws.asked };
}

/** What one check says of the subject itself, not of what it uses. */
export const saidBy = ({ results }: Pick<Posture, 'results'>, check: string, kind: string): readonly PostureResult[] =>
  results.filter((one) => one.check === check && (kind === 'account' || one.resource.kind === kind));
