import { describe, expect, it } from 'vitest';
import { link } from '../../src/linking/link.ts';
import type { RawRecord } from '../../src/model/event.ts';
import { detailNames } from '../../src/normalise/details.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { pastOf, phrases } from '../../src/normalise/phrases.ts';
import { summarise } from '../../src/normalise/summary.ts';

const account = '111122223333';
const at = `arn:aws:sagemaker:us-east-1:${account}:`;

function sentence(raw: RawRecord): string {
  const found = normalise(raw);
  if (found.rejected !== undefined) throw new Error(found.rejected);
  return summarise({ ...found.event, resources: link(found.record, found.event) }, found.record, raw);
}

const ofCall = (action: string, requestParameters: unknown, more: object = {}) =>
  sentence({
    format: 'cloudtrail',
    text: JSON.stringify({
      eventVersion: '1.11',
      eventID: '5f0c2c62-0000-4000-8000-000000000001',
      eventTime: '2026-11-23T20:31:02Z',
      eventSource: `${action.split(':')[0]}.amazonaws.com`,
      eventName: action.split(':')[1],
      awsRegion: 'us-east-1',
      recipientAccountId: account,
      sourceIPAddress: '198.51.100.7',
      userIdentity: { type: 'IAMUser', userName: 'alice', arn: `arn:aws:iam::${account}:user/alice` },
      requestParameters,
      ...more,
    }),
  });

const role = (name: string) => `arn:aws:iam::${account}:role/service-role/${name}`;
const policy = (AWS: string) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: '*', Resource: '*' }],
  });

describe('calls that succeeded', () => {
  it.each<[string, unknown, string, object?]>([
    [
      'sagemaker:CreatePresignedNotebookInstanceUrl',
      { notebookInstanceName: 'fraud-lab', sessionExpirationDurationInSeconds: 43200 },
      'alice opened notebook fraud-lab by presigned URL from 198.51.100.7 (session 12 h)',
    ],
    [
      'sagemaker:CreatePresignedDomainUrl',
      { domainId: 'd-1', userProfileName: 'bob', expiresInSeconds: 300, sessionExpirationDurationInSeconds: 1800 },
      'alice opened Studio as user profile bob by presigned URL from 198.51.100.7 (URL 5 min, session 30 min)',
    ],
    [
      'sagemaker:StartSession',
      { resourceIdentifier: `${at}app/d-1/shared/jupyterlab/default` },
      'alice started a remote session to default from 198.51.100.7',
    ],
    [
      'sagemaker:UpdateNotebookInstance',
      { notebookInstanceName: 'fraud-lab', lifecycleConfigName: 'evil' },
      'alice changed notebook fraud-lab: lifecycle script evil',
    ],
    [
      'sagemaker:UpdateNotebookInstance',
      { notebookInstanceName: 'fraud-lab', disassociateLifecycleConfig: true, roleArn: role('admin') },
      'alice changed notebook fraud-lab: lifecycle script removed, role admin',
    ],
    [
      'sagemaker:CreateNotebookInstance',
      {
        notebookInstanceName: 'x',
        roleArn: role('ds-exec'),
        directInternetAccess: 'Enabled',
        instanceType: 'ml.p4d.24xlarge',
      },
      'alice created notebook x with role ds-exec, internet access Enabled, type ml.p4d.24xlarge',
    ],
    [
      'sagemaker:CreateNotebookInstanceLifecycleConfig',
      { notebookInstanceLifecycleConfigName: 'evil', onStart: [{ content: 'x' }] },
      'alice created lifecycle script evil (at every start)',
    ],
    [
      'sagemaker:UpdateSpace',
      { domainId: 'd-1', spaceName: 's', spaceSettings: { remoteAccess: 'ENABLED' } },
      'alice changed space s: remote access ENABLED',
    ],
    [
      'sagemaker:UpdateUserProfile',
      { domainId: 'd-1', userProfileName: 'bob', userSettings: { executionRole: role('admin') } },
      'alice changed user profile bob: role admin',
    ],
    [
      'sagemaker:UpdateEndpointWeightsAndCapacities',
      {
        endpointName: 'e',
        desiredWeightsAndCapacities: [
          { variantName: 'a', desiredWeight: 0 },
          { variantName: 'b', desiredInstanceCount: 2 },
        ],
      },
      'alice changed endpoint e: a weight 0, b instances 2',
    ],
    [
      'sagemaker:CreateEndpointConfig',
      {
        endpointConfigName: 'c',
        productionVariants: [{ modelName: 'm' }],
        dataCaptureConfig: { destinationS3Uri: 's3://evil/x' },
      },
      'alice created endpoint config c with model m, capturing data to s3://evil/x',
    ],
    [
      'sagemaker:CreateModel',
      {
        modelName: 'm',
        executionRoleArn: role('r'),
        primaryContainer: { image: '999988887777.dkr.ecr.us-east-1.amazonaws.com/miner:1' },
      },
      'alice created model m with role r, image miner of account 999988887777',
    ],
    [
      'sagemaker:CreateTrainingJob',
      {
        trainingJobName: 't',
        roleArn: role('r'),
        resourceConfig: { instanceType: 'ml.p5.48xlarge', instanceCount: 4 },
        algorithmSpecification: { trainingImage: `${account}.dkr.ecr.us-east-1.amazonaws.com/own:1` },
        outputDataConfig: { s3OutputPath: 's3://out/x' },
        remoteDebugConfig: { enableRemoteDebug: true },
      },
      'alice started training job t with role r on 4 × ml.p5.48xlarge, remote debugging on, output to s3://out/x',
    ],
    [
      'sagemaker:UpdateModelPackage',
      { modelPackageArn: `${at}model-package/fraud/3`, modelApprovalStatus: 'Approved' },
      'alice changed model package fraud/3 to Approved',
    ],
    [
      'sagemaker:PutModelPackageGroupPolicy',
      { modelPackageGroupName: 'fraud', resourcePolicy: policy('arn:aws:iam::999988887777:root') },
      'alice changed who may use model package group fraud: names account 999988887777',
    ],
    [
      'sagemaker:BatchReplaceClusterNodes',
      { clusterName: 'pod', nodeIds: ['i-0123456789abcdef0'] },
      'alice replaced nodes of cluster pod: i-0123456789abcdef0',
    ],
    [
      'sagemaker:StopPipelineExecution',
      { pipelineExecutionArn: `${at}pipeline/nightly/execution/abc` },
      'alice stopped a run of pipeline nightly',
    ],
    [
      'iam:AttachRolePolicy',
      { roleName: 'ds-exec', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
      'alice attached policy AdministratorAccess to role ds-exec',
    ],
    [
      'iam:PutRolePolicy',
      { roleName: 'ds-exec', policyName: 'p', policyDocument: '{}' },
      'alice put inline policy p on role ds-exec',
    ],
    [
      'iam:UpdateAssumeRolePolicy',
      { roleName: 'ds-exec', policyDocument: policy('*') },
      'alice changed who may assume role ds-exec: names everyone',
    ],
    [
      'iam:UpdateAccessKey',
      { accessKeyId: 'AKIAX', userName: 'bob', status: 'Inactive' },
      'alice set access key AKIAX of user bob to Inactive',
    ],
    [
      'sts:AssumeRole',
      { roleArn: role('ds-exec'), roleSessionName: 'ir-1' },
      'alice assumed role ds-exec as session ir-1 from 198.51.100.7',
    ],
    [
      'signin:ConsoleLogin',
      null,
      'alice signed in to the console from 198.51.100.7, without MFA',
      { responseElements: { ConsoleLogin: 'Success' }, additionalEventData: { MFAUsed: 'No' } },
    ],
    [
      's3:GetObject',
      { bucketName: 'models', key: 'fraud/model.tar.gz' },
      'alice read models/fraud/model.tar.gz from 198.51.100.7',
    ],
    [
      's3:PutBucketPolicy',
      { bucketName: 'models', bucketPolicy: JSON.parse(policy('arn:aws:iam::999988887777:root')) },
      'alice changed the policy of bucket models: names account 999988887777',
    ],
    ['cloudtrail:StopLogging', { name: 'main' }, 'alice stopped trail main'],
    [
      'logs:PutRetentionPolicy',
      { logGroupName: 'g', retentionInDays: 1 },
      'alice set the retention of log group g to 1 d',
    ],
    [
      'kms:ScheduleKeyDeletion',
      { keyId: '0a1b2c3d-0000-4000-8000-00000000000b', pendingWindowInDays: 7 },
      'alice scheduled the deletion of key 0a1b2c3d-0000-4000-8000-00000000000b in 7 days',
    ],
    [
      'ec2:AuthorizeSecurityGroupIngress',
      {
        groupId: 'sg-0123456789abcdef0',
        ipPermissions: { items: [{ fromPort: 22, toPort: 22, ipRanges: { items: [{ cidrIp: '0.0.0.0/0' }] } }] },
      },
      'alice opened security group sg-0123456789abcdef0 to 0.0.0.0/0 on port 22',
    ],
    [
      'ssm:SendCommand',
      { documentName: 'AWS-RunShellScript', instanceIds: ['i-0123456789abcdef0'] },
      'alice ran AWS-RunShellScript on i-0123456789abcdef0',
    ],
    [
      'ssm:StartSession',
      { target: 'i-0123456789abcdef0' },
      'alice started a shell session on i-0123456789abcdef0 from 198.51.100.7',
    ],
    [
      'ram:CreateResourceShare',
      { name: 'leak', principals: ['999988887777'] },
      'alice shared resources as leak with 999988887777',
    ],
    [
      'scheduler:CreateSchedule',
      {
        name: 'n',
        scheduleExpression: 'rate(1 hour)',
        target: { arn: 'arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob' },
      },
      'alice created schedule n (rate(1 hour)) of sagemaker:createTrainingJob',
    ],
    ['sagemaker:DescribeEndpoint', { endpointName: 'e' }, 'alice called sagemaker:DescribeEndpoint on e'],
    [
      'iam:PutRolePolicy',
      { roleName: 'ds-exec', policyName: 'HIDDEN_DUE_TO_SECURITY_REASONS' },
      'alice put inline policy on role ds-exec',
    ],
    ['iam:AttachRolePolicy', null, 'alice called iam:AttachRolePolicy'],
    [
      'sagemaker:CreateNotebookInstance',
      { notebookInstanceName: 'n', roleArn: role('ds-exec'), instanceType: 'ml.t3.medium' },
      'alice created notebook n with role ds-exec, type ml.t3.medium',
    ],
    [
      'signin:ConsoleLogin',
      null,
      'someone tried to sign in to the console from 198.51.100.7: failed (Failed authentication)',
      {
        userIdentity: { type: 'IAMUser', userName: 'HIDDEN_DUE_TO_SECURITY_REASONS', accountId: account },
        errorMessage: 'Failed authentication',
        responseElements: { ConsoleLogin: 'Failure' },
      },
    ],
  ])('%s', (action, request, expected, more = {}) => {
    expect(ofCall(action, request, more)).toBe(expected);
  });
});

it('names whom a policy lets in, not whom it keeps out, and no service', () => {
  const put = (...statements: readonly object[]) =>
    ofCall('s3:PutBucketPolicy', { bucketName: 'b', bucketPolicy: { Statement: statements } });
  expect(put({ Effect: 'Deny', Principal: '*' })).toBe('alice changed the policy of bucket b');
  expect(put({ Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } })).toBe(
    'alice changed the policy of bucket b',
  );
  expect(
    put({ Effect: 'Allow', Principal: { AWS: [account, '999988887777', 'arn:aws:iam::888877776666:role/x'] } }),
  ).toBe('alice changed the policy of bucket b: names accounts 999988887777, 888877776666');
});

describe('calls that did not', () => {
  it.each<[string, unknown, object, string]>([
    [
      'sagemaker:StopNotebookInstance',
      { notebookInstanceName: 'x' },
      { errorCode: 'AccessDenied' },
      'alice tried to stop notebook x: refused (AccessDenied)',
    ],
    [
      'sagemaker:StopNotebookInstance',
      { notebookInstanceName: 'x' },
      { errorCode: 'ValidationException' },
      'alice tried to stop notebook x: failed (ValidationException)',
    ],
    [
      'sagemaker:StopNotebookInstance',
      null,
      {
        errorCode: 'AccessDeniedException',
        errorMessage: `User: x is not authorized to perform: y on resource: ${at}notebook-instance/x because`,
      },
      'alice tried to stop notebook x: refused (AccessDeniedException)',
    ],
    [
      'ec2:RunInstances',
      { instanceType: 'p2.xlarge' },
      { errorCode: 'Client.UnauthorizedOperation' },
      'alice tried to start instance of type p2.xlarge: refused (Client.UnauthorizedOperation)',
    ],
    [
      'sagemaker:ListModels',
      null,
      { errorCode: 'VpceAccessDenied' },
      'alice tried to call sagemaker:ListModels: refused (VpceAccessDenied)',
    ],
    [
      'signin:ConsoleLogin',
      null,
      { responseElements: { ConsoleLogin: 'Failure' }, errorMessage: 'Failed authentication' },
      'alice tried to sign in to the console from 198.51.100.7: failed (Failed authentication)',
    ],
  ])('%s', (action, request, more, expected) => {
    expect(ofCall(action, request, more)).toBe(expected);
  });
});

it('says who acts: code on SageMaker, a service, a service for somebody', () => {
  const session = (name: string, more: object = {}) => ({
    userIdentity: { type: 'AssumedRole', arn: `arn:aws:sts::${account}:assumed-role/ds-exec/${name}`, ...more },
  });
  const read = (more: object) => ofCall('secretsmanager:GetSecretValue', { secretId: 'db' }, more);
  expect(read(session('SageMaker'))).toBe('code on SageMaker as ds-exec read secret db');
  expect(read(session('alice', { invokedBy: 'athena.amazonaws.com' }))).toBe(
    'alice read secret db through athena.amazonaws.com',
  );
  expect(read(session('i-0123456789abcdef0'))).toBe('ds-exec/i-0123456789abcdef0 read secret db');
  expect(read({ userIdentity: { type: 'AWSService', invokedBy: 'sagemaker.amazonaws.com' } })).toBe(
    'sagemaker.amazonaws.com read secret db',
  );
});

describe('state changes', () => {
  it.each<[string, string, object, string]>([
    [
      'SageMaker Notebook Instance State Change',
      'notebook-instance/fraud-lab',
      { NotebookInstanceName: 'fraud-lab', NotebookInstanceStatus: 'Stopping' },
      'Notebook Instance fraud-lab is now Stopping',
    ],
    [
      'SageMaker Model Package State Change',
      'model-package/fraud/3',
      { ModelApprovalStatus: 'Approved', ModelPackageStatus: 'Completed' },
      'Model Package fraud/3 is now Completed, approval Approved',
    ],
    ['SageMaker Tracking Server Start Failed', 'mlflow-tracking-server/ml', {}, 'Tracking Server ml: Start Failed'],
    [
      'SageMaker HyperPod Cluster Event',
      'cluster/abcdef123456',
      { ClusterName: 'pod', EventDetails: { Description: 'node replaced' } },
      'HyperPod Cluster Event pod: node replaced',
    ],
  ])('%s', (detailType, path, detail, expected) => {
    const text = JSON.stringify({
      id: 'e',
      'detail-type': detailType,
      source: 'aws.sagemaker',
      account,
      region: 'us-east-1',
      time: '2026-11-23T20:31:02Z',
      resources: [at + path],
      detail,
    });
    expect(sentence({ format: 'eventbridge', text })).toBe(expected);
  });
});

it('has a hundred phrases and more, that begin with a verb and ask only for what there is', () => {
  const all = Object.entries(phrases);
  expect(all.length).toBeGreaterThan(100);
  for (const [action, phrase] of all) {
    expect(action).toMatch(/^[a-z0-9-]+:[A-Z]\w+$/);
    expect(phrase).toMatch(/^[a-z]+ /);
    expect(phrase.replaceAll(/\[[^[\]]*\]/g, '')).not.toMatch(/[[\]]/);
    for (const [, gap = ''] of phrase.matchAll(/\{([^}]*)\}/g)) {
      if (gap.startsWith('#')) expect(detailNames).toContain(gap.slice(1));
      else expect(gap).toMatch(/^(?:ip|\.[\w.]+|[a-z0-9-]+\.[\w-]+)$/);
    }
  }
  const verbs = new Set(all.map(([, phrase]) => /^\w+/.exec(phrase)?.[0] ?? ''));
  // Read by a person: one that reads wrong is missing in `pasts`.
  expect([...verbs].map(pastOf).sort().join(' ')).toMatchInlineSnapshot(
    `"added asked assumed attached changed closed copied created deleted detached disabled ended extended gave granted invoked listed made moved opened pushed put ran read rebooted registered removed replaced replicated revoked scheduled set shared signed started stopped subscribed switched tagged took turned wrote"`,
  );
});

it('keeps a hostile name as it is, and short', () => {
  const name = `$&{ip}[x] ${'\u202e'}${'a'.repeat(500)}`;
  const said = ofCall('iam:PutRolePolicy', { roleName: 'r', policyName: name });
  expect(said).toContain('$&{ip}[x] \u202e');
  expect(said.length).toBeLessThanOrEqual(300);
});
