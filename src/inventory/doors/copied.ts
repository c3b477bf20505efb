import { parseArn } from '../../model/arn.ts';
import type { CallerAddress, ComputeCaller } from '../../model/caller.ts';
import type { OpenDoor } from '../../model/open-door.ts';
import type { DoorRecord } from './door-record.ts';
import { behind, closing, type DoorFacts, isDenied, isPublicAddress, isSuspect, sentences } from './facts.ts';

/** Where one key of compute was used that is not the compute, and how sure that is; `undefined` where nothing says so. */
export function foreignUse(
  caller: ComputeCaller,
): { readonly use: CallerAddress; readonly certainty: OpenDoor['certainty']; readonly why: string } | undefined {
  const { addresses } = caller;
  const outside = addresses.filter(({ address }) => isPublicAddress(address));
  const shared = outside.find(({ people }) => people.length > 0);
  if (addresses.length > 1 && outside[0]) {
    const use = shared ?? outside[0];
    const others = addresses.filter((one) => one !== use).map(({ address }) => address);
    return {
      use,
      certainty: 'seen',
      why: `one set of credentials was used from ${use.address} and from ${others.slice(0, 3).join(', ')}`,
    };
  }
  if (shared)
    return {
      use: shared,
      certainty: 'possible',
      why: `${shared.people.join(', ')} called from ${shared.address} too, which is no compute of SageMaker then`,
    };
  return undefined;
}

/** Credentials of roles that were carried away from the compute they were made for: stopping the compute does not end them. */
export function copiedDoors(facts: DoorFacts): readonly OpenDoor[] {
  return facts.callers.compute.flatMap((caller): OpenDoor[] => {
    const { principal } = caller;
    const foreign = foreignUse(caller);
    const role = behind(principal);
    if (!foreign || !role) return [];
    const { use, certainty, why } = foreign;
    const key = principal.accessKeyId ?? '';
    // SageMaker's own call that took the credentials says when they end.
    const issue = facts.records.find(
      (record): record is Extract<DoorRecord, { type: 'issued' }> =>
        record.type === 'issued' && record.accessKeyId === key,
    );
    if (issue?.until !== undefined && issue.until <= facts.now) return [];
    if (isDenied(facts, role, 'session', issue?.at ?? use.firstAt)) return [];
    const close = closing(facts, [
      ['iam.role.quarantine', role],
      ['iam.role.deny-all', role],
      ['iam.role.set-boundary', role],
    ]);
    return [
      {
        id: `copied|${key || principal.arn}`,
        kind: 'copied-role-credentials',
        what: `credentials ${key} of ${role.name}, made for code on SageMaker, are used from ${use.address}`,
        resource: role,
        principal: principal.name,
        account: use.account || (parseArn(role.arn)?.account ?? ''),
        region: use.region,
        proof: { type: 'event', eventId: use.eventId, at: use.lastAt, action: use.action },
        count: 1,
        until: issue?.until,
        certainty,
        suspect:
          certainty === 'seen' || isSuspect(facts, { arn: principal.arn, accessKeyId: key, address: use.address }),
        closeWith: close.closeWith,
        why: sentences(
          why,
          'stopping the compute does not end them',
          issue?.until === undefined && 'no record says when they end',
          close.missing,
        ),
      },
    ];
  });
}
