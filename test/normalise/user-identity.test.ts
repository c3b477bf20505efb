import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { identityKey, isCompute, sessionName } from '../../src/model/principal.ts';
import { normaliseCloudTrail } from '../../src/normalise/cloudtrail.ts';
import { normaliseEventBridge } from '../../src/normalise/eventbridge.ts';
import { principalOf } from '../../src/normalise/user-identity.ts';

const account = '111122223333';
const assumed = (role: string, name: string, more: object = {}, key = 'ASIAEXAMPLE000000001') => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${name}`,
  arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
  accountId: account,
  accessKeyId: key,
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      principalId: 'AROAEXAMPLE',
      arn: `arn:aws:iam::${account}:role/service-role/${role}`,
      accountId: account,
      userName: role,
    },
    attributes: { creationDate: '2026-11-23T20:05:00Z', mfaAuthenticated: 'false' },
    ...more,
  },
});
const issuedAt = Date.parse('2026-11-23T20:05:00Z');

const identities: readonly (readonly [
  what: string,
  identity: object | null,
  principal: object | undefined,
  key: string,
])[] = [
  [
    'a user by a long-term key',
    {
      type: 'IAMUser',
      arn: `arn:aws:iam::${account}:user/team/alice`,
      accountId: account,
      accessKeyId: 'AKIA1',
      userName: 'alice',
      principalId: 'AIDA1',
    },
    { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/team/alice`, name: 'alice', accessKeyId: 'AKIA1' },
    `arn:aws:iam::${account}:user/team/alice`,
  ],
  [
    'the same user by a session token: the same actor',
    {
      type: 'IAMUser',
      arn: `arn:aws:iam::${account}:user/team/alice`,
      accessKeyId: 'ASIA1',
      userName: 'alice',
      sessionContext: { attributes: { creationDate: '2026-11-23T20:05:00Z', mfaAuthenticated: 'true' } },
    },
    { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/team/alice`, name: 'alice', accessKeyId: 'ASIA1', issuedAt },
    `arn:aws:iam::${account}:user/team/alice`,
  ],
  [
    'a role session, the role with its path',
    assumed('ds-exec', 'alice'),
    {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/ds-exec/alice`,
      name: 'ds-exec/alice',
      issuerArn: `arn:aws:iam::${account}:role/service-role/ds-exec`,
      accessKeyId: 'ASIAEXAMPLE000000001',
      issuedAt,
    },
    `arn:aws:sts::${account}:assumed-role/ds-exec/alice`,
  ],
  [
    'the Studio user profile behind code on SageMaker',
    assumed('ds-exec', 'SageMaker', { sourceIdentity: 'dana-profile' }),
    expect.objectContaining({ name: 'ds-exec/SageMaker', person: 'dana-profile', sourceIdentity: 'dana-profile' }),
    `arn:aws:sts::${account}:assumed-role/ds-exec/SageMaker`,
  ],
  [
    'the person behind an Identity Center role, with the user id',
    {
      ...assumed('AWSReservedSSO_Admin_599c9e90e350d2ff', 'dana@example.com'),
      onBehalfOf: { userId: 'u-1', identityStoreArn: 'arn:aws:identitystore::1:identitystore/d-1' },
    },
    expect.objectContaining({
      name: 'AWSReservedSSO_Admin_599c9e90e350d2ff/dana@example.com',
      person: 'dana@example.com',
      userId: 'u-1',
    }),
    `arn:aws:sts::${account}:assumed-role/AWSReservedSSO_Admin_599c9e90e350d2ff/dana@example.com`,
  ],
  [
    'a service that calls for somebody',
    { ...assumed('ds-exec', 'alice'), invokedBy: 'athena.amazonaws.com' },
    expect.objectContaining({ name: 'ds-exec/alice', invokedBy: 'athena.amazonaws.com' }),
    `arn:aws:sts::${account}:assumed-role/ds-exec/alice`,
  ],
  [
    'a service for itself',
    { type: 'AWSService', invokedBy: 'sagemaker.amazonaws.com' },
    { type: 'AWSService', arn: '', name: 'sagemaker.amazonaws.com' },
    'AWSService|sagemaker.amazonaws.com',
  ],
  [
    'a federated user, and the user that made the token',
    {
      type: 'FederatedUser',
      arn: `arn:aws:sts::${account}:federated-user/guest`,
      accessKeyId: 'ASIA2',
      principalId: `${account}:guest`,
      sessionContext: {
        attributes: {},
        sessionIssuer: { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/alice`, userName: 'alice' },
        webIdFederationData: {},
      },
    },
    {
      type: 'FederatedUser',
      arn: `arn:aws:sts::${account}:federated-user/guest`,
      name: 'guest',
      issuerArn: `arn:aws:iam::${account}:user/alice`,
      accessKeyId: 'ASIA2',
    },
    `arn:aws:sts::${account}:federated-user/guest`,
  ],
  [
    'root',
    { type: 'Root', arn: `arn:aws:iam::${account}:root`, accountId: account, principalId: account, accessKeyId: '' },
    { type: 'Root', arn: `arn:aws:iam::${account}:root`, name: 'root' },
    `arn:aws:iam::${account}:root`,
  ],
  [
    'another account',
    { type: 'AWSAccount', accountId: '444455556666', principalId: 'AIDAOTHER' },
    { type: 'AWSAccount', arn: '', name: '444455556666' },
    'AWSAccount|444455556666',
  ],
  [
    'a role session of another account, told by its principal id',
    { type: 'AWSAccount', accountId: '444455556666', principalId: 'AROAOTHER:mallory' },
    { type: 'AWSAccount', arn: '', name: '444455556666/mallory' },
    'AWSAccount|444455556666/mallory',
  ],
  [
    'a web identity',
    {
      type: 'WebIdentityUser',
      principalId: 'accounts.google.com:app-id:10769',
      userName: '10769',
      identityProvider: 'accounts.google.com',
    },
    { type: 'WebIdentityUser', arn: '', name: '10769' },
    'WebIdentityUser|10769',
  ],
  [
    'a SAML user',
    { type: 'SAMLUser', principalId: 'SampleQualifier=:erin', identityProvider: 'https://idp.example.com' },
    { type: 'SAMLUser', arn: '', name: 'erin' },
    'SAMLUser|erin',
  ],
  [
    'an Identity Center user',
    {
      type: 'IdentityCenterUser',
      accountId: account,
      onBehalfOf: { userId: 'u-2', identityStoreArn: 'arn:aws:identitystore::1:identitystore/d-1' },
    },
    { type: 'IdentityCenterUser', arn: '', name: 'u-2', userId: 'u-2' },
    'IdentityCenterUser|u-2',
  ],
  [
    'what AWS does not say',
    { type: 'Unknown', principalId: 'x' },
    { type: 'Unknown', arn: '', name: 'x' },
    'Unknown|x',
  ],
  ['an identity without a type', {}, { type: 'Unknown', arn: '', name: 'Unknown' }, 'Unknown|Unknown'],
  ['no identity', null, undefined, ''],
];

it.each(identities)('%s', (_what, identity, principal, key) => {
  const found = principalOf(identity);
  expect(found).toEqual(principal);
  // The second time it comes from what is remembered.
  expect(principalOf(identity)).toEqual(principal);
  if (found) expect(identityKey(found)).toBe(key);
});

it('takes two keys of one session for one actor, and never one key for another identity', () => {
  const first = principalOf(assumed('ds-exec', 'SageMaker', {}, 'ASIA3'))!;
  const second = principalOf(assumed('ds-exec', 'SageMaker', {}, 'ASIA4'))!;
  expect(identityKey(first)).toBe(identityKey(second));
  expect(isCompute(first)).toBe(true);
  expect(isCompute(principalOf(assumed('SageMaker', 'alice'))!)).toBe(false);
  expect(sessionName(first)).toBe('SageMaker');
  for (const more of [{ sourceIdentity: 'x' }, { attributes: { creationDate: '2026-11-23T21:00:00Z' } }])
    expect(principalOf(assumed('ds-exec', 'SageMaker', more, 'ASIA3'))).not.toEqual(first);
  expect(principalOf({ ...assumed('ds-exec', 'SageMaker', {}, 'ASIA3'), invokedBy: 'x.amazonaws.com' })).not.toEqual(
    first,
  );
});

it('survives members of any type', () => {
  for (const odd of [null, 7, 'HIDDEN_DUE_TO_SECURITY_REASONS', [], {}])
    for (const member of ['type', 'arn', 'accessKeyId', 'sessionContext', 'onBehalfOf', 'principalId', 'invokedBy'])
      expect(principalOf({ ...assumed('ds-exec', 'alice'), [member]: odd })?.name).toBeTypeOf('string');
});

it('takes what is hidden for nothing that is known: no key, no ARN, no name that others would share', () => {
  const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
  expect(
    principalOf({ type: 'IAMUser', userName: hidden, arn: hidden, accountId: hidden, accessKeyId: hidden }),
  ).toEqual({ type: 'IAMUser', arn: '', name: '' });
});

it('keeps a refusal whose code is hidden a refusal', () => {
  const found = normaliseCloudTrail(
    { eventID: 'e', eventTime: '2026-11-23T20:00:00Z', errorCode: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    { format: 'cloudtrail', text: '' },
  );
  expect(found).toMatchObject({ event: { errorCode: 'HIDDEN_DUE_TO_SECURITY_REASONS' } });
});

it('knows the Studio user behind a state change, also without source identities', () => {
  const envelope = (detail: object) =>
    normaliseEventBridge(
      { id: 'e', 'detail-type': 'SageMaker Model Package State Change', time: '2026-11-23T20:00:00Z', detail },
      { format: 'eventbridge', text: '' },
    );
  const user = {
    UserProfileArn: `arn:aws:sagemaker:us-east-1:${account}:user-profile/d-1/dana`,
    UserProfileName: 'dana',
    DomainId: 'd-1',
  };
  expect(envelope({ CreatedBy: user, LastModifiedBy: {} })).toMatchObject({
    event: { principal: { type: 'StudioUser', arn: user.UserProfileArn, name: 'd-1/dana', person: 'dana' } },
  });
  const identified = {
    ...user,
    IamIdentity: { Arn: `arn:aws:sts::${account}:assumed-role/ds-exec/SageMaker`, SourceIdentity: 'dana' },
  };
  expect(envelope({ LastModifiedBy: identified })).toMatchObject({
    event: { principal: { arn: identified.IamIdentity.Arn, sourceIdentity: 'dana' } },
  });
  expect(envelope({ CreatedBy: 'x' })).toMatchObject({ event: { principal: undefined } });
});

const samples = new URL('../../../shared/data/cloudtrail/stratus-red-team/', import.meta.url);
it.skipIf(!existsSync(samples))('names everybody in the real records', () => {
  const names = new Set<string>();
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.json'))) {
    const { Records } = JSON.parse(readFileSync(new URL(file, samples), 'utf8')) as {
      Records: { userIdentity: { type: string; arn: string } }[];
    };
    for (const { userIdentity } of Records) {
      const principal = principalOf(userIdentity)!;
      expect(principal).toMatchObject({
        type: userIdentity.type,
        arn: userIdentity.arn,
        name: expect.stringMatching(/./),
      });
      if (principal.person) names.add(principal.person);
    }
  }
  // The one Identity Center session; its ARN was mangled when the records were made anonymous.
  expect(names.size).toBe(1);
});
