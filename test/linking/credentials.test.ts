import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { grantsOf } from '../../src/linking/credentials.ts';
import { assumed, call, notebook, roleArn, session, storedRecord, user } from '../store/story.ts';

const alice = user('alice', 'AKIAALICE00000000001');
const at = Date.parse('2026-11-23T20:00:00Z');
const granted = (action: string, more: object = {}, who: object = alice) =>
  storedRecord(call(1, '20:00:00', action, { ...who }, { ...more })).grants;
const key = (accessKeyId: string, expiration?: unknown) => ({
  responseElements: { credentials: { accessKeyId, expiration } },
});

it.each([
  ['sagemaker:CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'lab' }, 'lab', 300, 43_500],
  [
    'sagemaker:CreatePresignedNotebookInstanceUrl',
    { notebookInstanceName: 'lab', sessionExpirationDurationInSeconds: 1800 },
    'lab',
    300,
    2_100,
  ],
  [
    'sagemaker:CreatePresignedDomainUrl',
    { domainId: 'd-1', userProfileName: 'dana', expiresInSeconds: 20 },
    'dana',
    20,
    43_220,
  ],
  [
    'sagemaker:CreatePresignedDomainUrl',
    { domainId: 'd-1', userProfileName: 'dana', spaceName: 'joint' },
    'joint',
    300,
    43_500,
  ],
  ['sagemaker:CreatePresignedMlflowTrackingServerUrl', { trackingServerName: 'ml' }, 'ml', 300, 43_500],
  [
    'sagemaker:CreatePresignedMlflowAppUrl',
    { arn: 'arn:aws:sagemaker:us-east-1:111122223333:mlflow-app/app-1' },
    'app-1',
    300,
    43_500,
  ],
  [
    'sagemaker:CreatePartnerAppPresignedUrl',
    { arn: 'arn:aws:sagemaker:us-east-1:111122223333:partner-app/app-ABCDEFGHIJKL' },
    'app-ABCDEFGHIJKL',
    300,
    43_500,
  ],
  [
    'sagemaker:StartSession',
    { resourceIdentifier: 'arn:aws:sagemaker:us-east-1:111122223333:space/d-1/joint' },
    'joint',
    undefined,
    43_200,
  ],
] as const)(
  '%s opens a resource for the time that the request says, else the default (%o)',
  (action, requestParameters, name, urlS, untilS) => {
    expect(granted(action, { requestParameters, readOnly: false })).toEqual([
      {
        type: 'door',
        resource: expect.objectContaining({ name }),
        urlUntil: urlS === undefined ? undefined : at + urlS * 1_000,
        until: at + untilS * 1_000,
      },
    ]);
  },
);

it('takes the key that any call answers with, and when it ends', () => {
  const role = { kind: 'iam.role', arn: roleArn('deploy'), name: 'deploy' };
  expect(granted('sts:AssumeRole', assumed('deploy', 'x', 'ASIADEPLOY0000000001'))).toEqual([
    {
      type: 'key',
      accessKeyId: 'ASIADEPLOY0000000001',
      as: role,
      session: 'x',
      until: Date.parse('2026-11-23T21:10:00Z'),
    },
  ]);
  for (const action of [
    'sts:AssumeRoleWithSAML',
    'sts:AssumeRoleWithWebIdentity',
    'sts:GetSessionToken',
    'sts:GetFederationToken',
    'cognito-identity:GetCredentialsForIdentity',
  ])
    expect(granted(action, key('ASIAONE0000000000001', '2026-11-23T22:00:00Z')), action).toMatchObject([
      { type: 'key', accessKeyId: 'ASIAONE0000000000001', until: Date.parse('2026-11-23T22:00:00Z') },
    ]);
  expect(
    granted('sso:GetRoleCredentials', {
      responseElements: { roleCredentials: { accessKeyId: 'ASIATWO0000000000001', expiration: at + 5_000 } },
    }),
  ).toMatchObject([{ accessKeyId: 'ASIATWO0000000000001', until: at + 5_000 }]);
  expect(
    granted('iam:CreateAccessKey', {
      requestParameters: { userName: 'backdoor' },
      responseElements: { accessKey: { accessKeyId: 'AKIABACKDOOR00000001', userName: 'backdoor' } },
    }),
  ).toMatchObject([
    { accessKeyId: 'AKIABACKDOOR00000001', as: { kind: 'iam.user', name: 'backdoor' }, until: undefined },
  ]);
});

it('takes what a resource runs as from the calls that make or change it', () => {
  for (const [action, requestParameters, name] of [
    ['sagemaker:CreateNotebookInstance', { notebookInstanceName: 'lab', roleArn: roleArn('ds-exec') }, 'lab'],
    ['sagemaker:UpdateNotebookInstance', { notebookInstanceName: 'lab', roleArn: roleArn('ds-exec') }, 'lab'],
    ['sagemaker:CreateModel', { modelName: 'm', executionRoleArn: roleArn('ds-exec') }, 'm'],
    ['sagemaker:CreateTrainingJob', { trainingJobName: 'job', roleArn: roleArn('ds-exec') }, 'job'],
    [
      'sagemaker:CreateHyperParameterTuningJob',
      { hyperParameterTuningJobName: 'hpo', trainingJobDefinition: { roleArn: roleArn('ds-exec') } },
      'hpo',
    ],
    [
      'sagemaker:CreateUserProfile',
      { domainId: 'd-1', userProfileName: 'dana', userSettings: { executionRole: roleArn('ds-exec') } },
      'dana',
    ],
  ] as const)
    expect(granted(action, { requestParameters, readOnly: false }), action).toMatchObject([
      { type: 'role', resource: { name }, role: { name: 'ds-exec', arn: roleArn('ds-exec') } },
    ]);
  expect(granted('sagemaker:StopNotebookInstance', { ...notebook(), readOnly: false })).toEqual([]);
});

it('takes sign-ins that succeeded', () => {
  expect(granted('signin:ConsoleLogin', { responseElements: { ConsoleLogin: 'Success' } }, user('alice'))).toEqual([
    { type: 'console' },
  ]);
  expect(granted('signin:ConsoleLogin', { responseElements: { ConsoleLogin: 'Failure' } }, user('alice'))).toEqual([]);
  expect(granted('signin:GetSigninToken', {}, session('ds-exec', 'x', 'ASIA1'))).toEqual([{ type: 'console' }]);
});

it('takes nothing from refused calls and from records of any shape', () => {
  expect(granted('sagemaker:CreatePresignedNotebookInstanceUrl', { ...notebook(), errorCode: 'AccessDenied' })).toEqual(
    [],
  );
  for (const odd of [
    null,
    'HIDDEN_DUE_TO_SECURITY_REASONS',
    7,
    [],
    { credentials: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
    { credentials: { accessKeyId: 7 } },
  ])
    for (const action of [
      'sts:AssumeRole',
      'sagemaker:CreatePresignedNotebookInstanceUrl',
      'signin:ConsoleLogin',
      'iam:CreateAccessKey',
    ])
      expect(
        granted(action, { requestParameters: odd, responseElements: odd }),
        `${action} ${JSON.stringify(odd)}`,
      ).toEqual([]);
  expect(granted('sts:AssumeRole', key('ASIAONE0000000000001', 'never'))).toMatchObject([{ until: undefined }]);
  expect(
    grantsOf({}, { ...storedRecord(call(1, '20:00:00', 'sts:AssumeRole', alice)).event, origin: 'eventbridge' }),
  ).toEqual([]);
});

const samples = new URL('../../../shared/data/cloudtrail/stratus-red-team/', import.meta.url);
it.skipIf(!existsSync(samples))('finds every key that a real record hands out', () => {
  for (const file of readdirSync(samples).filter((name) => name.endsWith('.json'))) {
    const { Records } = JSON.parse(readFileSync(new URL(file, samples), 'utf8')) as {
      Records: { responseElements?: object; errorCode?: string }[];
    };
    for (const record of Records) {
      const handed = /"accessKeyId":"(A[KS]IA[A-Z0-9]+)"/.exec(JSON.stringify(record.responseElements ?? null))?.[1];
      const keys = (storedRecord({ ...record }).grants ?? []).flatMap((grant) => (grant.type === 'key' ? [grant] : []));
      expect(keys.map(({ accessKeyId }) => accessKeyId)).toEqual(handed && !record.errorCode ? [handed] : []);
      for (const { until, accessKeyId } of keys) if (accessKeyId.startsWith('ASIA')) expect(until).toBeTypeOf('number');
    }
  }
});
