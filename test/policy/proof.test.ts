import { describe, expect, it } from 'vitest';
import { denyAllDocument, denySagemakerEntryDocument } from '../../src/containment/policy-document.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { ResourceLink, ResourceRef } from '../../src/model/resource.ts';
import { type Evidence, type ObservedCall, type ProofWatch, watcherFor } from '../../src/policy/proof.ts';
import type { Restriction } from '../../src/policy/restriction.ts';

const account = '111122223333';
const written = Date.parse('2026-11-23T20:00:00Z');
const holding = written + 60_000;
const session = (role: string, more: Partial<Principal> = {}): Principal => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/${role}/SageMaker`,
  name: `${role}/SageMaker`,
  issuerArn: `arn:aws:iam::${account}:role/${role}`,
  accessKeyId: 'ASIAONE',
  issuedAt: written - 3_600_000,
  ...more,
});
const user: Principal = {
  type: 'IAMUser',
  arn: `arn:aws:iam::${account}:user/alice`,
  name: 'alice',
  accessKeyId: 'AKIAALICE',
};
const explicit = (by: string) =>
  `User: x is not authorized to perform: s3:GetObject on resource: y with an explicit deny in ${by}`;
const implicit = 'User: x is not authorized to perform: y because no identity-based policy allows the y action';
const watch = (restriction: Restriction | undefined, more: Partial<ProofWatch> = {}): ProofWatch => ({
  id: 'c1',
  restrictions: restriction ? [restriction] : [],
  attempts: undefined,
  writtenAt: written,
  holdingAt: holding,
  ...more,
});
const call = (more: Partial<ObservedCall>): ObservedCall => ({
  action: 's3:GetObject',
  principal: session('ds-exec'),
  sourceIp: '198.51.100.7',
  userAgent: 'x',
  region: 'us-east-1',
  resources: [],
  at: holding + 1_000,
  errorCode: '',
  errorMessage: '',
  ...more,
});
const refused = (errorMessage: string, more: Partial<ObservedCall> = {}): ObservedCall =>
  call({ errorCode: 'AccessDenied', errorMessage, ...more });
const role = { type: 'role', account, name: 'ds-exec' } as const;
const denyAll: Restriction = { type: 'deny', holder: role, document: denyAllDocument };
const entry: Restriction = { type: 'deny', holder: role, document: denySagemakerEntryDocument };
const older: Restriction = {
  type: 'deny',
  holder: role,
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(written).toISOString() } },
    },
  }),
};
const key: Restriction = { type: 'key', accessKeyId: 'AKIAALICE' };
const endpoint: ResourceRef = {
  kind: 'sagemaker.endpoint',
  arn: `arn:aws:sagemaker:us-east-1:${account}:endpoint/fraud-scorer`,
  name: 'Fraud-Scorer',
};
const deleted = watch(undefined, {
  attempts: { target: endpoint, actions: ['sagemaker:InvokeEndpoint*'], orNot: true },
});
const onEndpoint: readonly ResourceLink[] = [{ ...endpoint, name: 'fraud-scorer', relation: 'target' }];

describe('what an arriving event says of a containment', () => {
  it.each<readonly [string, ProofWatch, ObservedCall, Evidence | undefined]>([
    ['refused by our deny', watch(denyAll), refused(explicit('an identity-based policy')), 'proves'],
    [
      'refused, before it was written',
      watch(denyAll),
      refused(explicit('an identity-based policy'), { at: written }),
      undefined,
    ],
    [
      'refused, before it was seen to hold',
      watch(denyAll, { holdingAt: undefined }),
      refused(explicit('an identity-based policy'), { at: written + 1_000 }),
      'proves',
    ],
    ['refused by somebody else’s policy', watch(denyAll), refused(explicit('a service control policy')), undefined],
    ['never allowed anyway', watch(denyAll), refused(implicit), undefined],
    ['refused without a reason', watch(denyAll), refused('Access Denied'), 'proves'],
    ['throttled', watch(denyAll), call({ errorCode: 'ThrottlingException' }), undefined],
    ['a mistake of his', watch(denyAll), call({ errorCode: 'ValidationException' }), undefined],
    [
      'another role’s',
      watch(denyAll),
      refused(explicit('an identity-based policy'), { principal: session('ds-team') }),
      undefined,
    ],
    ['what the deny does not name', watch(entry), refused(explicit('an identity-based policy')), undefined],
    [
      'what the deny names',
      watch(entry),
      refused(explicit('an identity-based policy'), { action: 'sagemaker:CreatePresignedDomainUrl' }),
      'proves',
    ],
    ['passed after it held', watch(denyAll), call({}), 'contradicts'],
    ['passed while IAM was still to enforce it', watch(denyAll), call({ at: holding }), undefined],
    ['passed, and nobody knows yet whether it holds', watch(denyAll, { holdingAt: undefined }), call({}), undefined],
    ['passed, as it may', watch(entry), call({}), undefined],
    ['no policy refuses who-am-I', watch(denyAll), call({ action: 'sts:GetCallerIdentity' }), undefined],
    [
      'a service goes on in his name',
      watch(denyAll),
      call({ principal: session('ds-exec', { invokedBy: 'athena.amazonaws.com' }) }),
      undefined,
    ],
    ['an old token passed', watch(older), call({}), 'contradicts'],
    [
      'a fresh token passed: law 4',
      watch(older),
      call({ principal: session('ds-exec', { issuedAt: written + 1 }) }),
      undefined,
    ],
    [
      'a fresh token was refused by something else',
      watch(older),
      refused(explicit('an identity-based policy'), { principal: session('ds-exec', { issuedAt: written + 1 }) }),
      undefined,
    ],
    ['the key works no more', watch(key), call({ principal: user, errorCode: 'InvalidClientTokenId' }), 'proves'],
    [
      'the key is refused for another reason',
      watch(key),
      refused(explicit('an identity-based policy'), { principal: user }),
      undefined,
    ],
    ['the key still works', watch(key), call({ principal: user }), 'contradicts'],
    [
      'a child session of the key works',
      watch(key),
      call({ principal: { ...user, accessKeyId: 'ASIACHILD' } }),
      undefined,
    ],
    [
      'a boundary',
      watch({ type: 'boundary', holder: role, document: denyAllDocument }),
      refused(explicit('a permissions boundary')),
      'proves',
    ],
    [
      'a boundary that is not ours to know',
      watch({ type: 'boundary', holder: role, document: undefined }),
      call({}),
      undefined,
    ],
    ['policies that went', watch({ type: 'detach', holder: role, policies: ['p'] }), refused(implicit), 'proves'],
    [
      'policies that went, refused by a deny',
      watch({ type: 'detach', holder: role, policies: ['p'] }),
      refused(explicit('an identity-based policy')),
      undefined,
    ],
    [
      'the endpoint is gone',
      deleted,
      call({
        action: 'sagemaker:InvokeEndpoint',
        resources: onEndpoint,
        errorCode: 'ValidationError',
        errorMessage: 'Endpoint fraud-scorer not found',
      }),
      'proves',
    ],
    [
      'the endpoint answers',
      deleted,
      call({ action: 'sagemaker:InvokeEndpointAsync', resources: onEndpoint }),
      'contradicts',
    ],
    [
      'another endpoint answers',
      deleted,
      call({
        action: 'sagemaker:InvokeEndpoint',
        resources: [{ ...endpoint, arn: `${endpoint.arn}2`, relation: 'target' }],
      }),
      undefined,
    ],
    [
      'refused for who he is',
      deleted,
      refused(implicit, { action: 'sagemaker:InvokeEndpoint', resources: onEndpoint }),
      undefined,
    ],
  ])('%s', (_what, given, observed, evidence) => expect(watcherFor(given).evidence(observed)).toBe(evidence));
});
