import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkers } from '../../src/linking/catalogue.ts';
import { link } from '../../src/linking/link.ts';
import type { RawRecord } from '../../src/model/event.ts';
import { type ResourceLink, shortKinds } from '../../src/model/resource.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { summarise } from '../../src/normalise/summary.ts';
import { recallOf, savedRecords, type TrailRecord, trailFolder } from './recorded.ts';

const account = '111122223333';
const at = `arn:aws:sagemaker:us-east-1:${account}:`;

function linksOf(raw: RawRecord): readonly ResourceLink[] {
  const found = normalise(raw);
  if (found.rejected !== undefined) throw new Error(found.rejected);
  return link(found.record, found.event);
}

const recordOf = (action: string, more: TrailRecord): TrailRecord => ({
  eventVersion: '1.11',
  eventID: '5f0c2c62-0000-4000-8000-000000000001',
  eventTime: '2026-11-23T20:31:02Z',
  eventSource: `${action.split(':')[0]}.amazonaws.com`,
  eventName: action.split(':')[1],
  awsRegion: 'us-east-1',
  recipientAccountId: account,
  userIdentity: { type: 'IAMUser', userName: 'alice', arn: `arn:aws:iam::${account}:user/alice` },
  ...more,
});
const ofRecord = (record: TrailRecord) => linksOf({ format: 'cloudtrail', text: JSON.stringify(record) });
/** `target sagemaker.endpoint fraud-scorer` */
const words = (links: readonly ResourceLink[]) =>
  links.map(({ relation, kind, name }) => `${relation} ${kind} ${name}`);
const ofCall = (action: string, requestParameters: unknown, more: TrailRecord = {}) =>
  words(ofRecord(recordOf(action, { requestParameters, ...more })));

describe('SageMaker', () => {
  it.each<[string, unknown, unknown, readonly string[]]>([
    [
      'sagemaker:CreateTrainingJob',
      {
        trainingJobName: 'Miner-7',
        roleArn: `arn:aws:iam::${account}:role/service-role/ds-exec`,
        algorithmSpecification: { trainingImage: `999988887777.dkr.ecr.us-east-1.amazonaws.com/x/miner@sha256:ab12` },
        hyperParameters: { sagemaker_submit_directory: '"s3://evil/code/sourcedir.tar.gz"' },
        outputDataConfig: { s3OutputPath: 's3://out-bucket/' },
        vpcConfig: { subnets: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] },
        resourceConfig: { volumeKmsKeyId: '0a1b2c3d-0000-4000-8000-00000000000b' },
      },
      { trainingJobArn: `${at}training-job/miner-7` },
      [
        'created sagemaker.training-job Miner-7',
        'uses ec2.subnet subnet-0123456789abcdef0',
        'uses ec2.security-group sg-0123456789abcdef0',
        'uses iam.role ds-exec',
        'uses kms.key 0a1b2c3d-0000-4000-8000-00000000000b',
        'uses ecr.repository x/miner',
        'uses ecr.image 999988887777.dkr.ecr.us-east-1.amazonaws.com/x/miner@sha256:ab12',
        'uses s3.bucket evil',
        'uses s3.object evil/code/sourcedir.tar.gz',
        'uses s3.bucket out-bucket',
      ],
    ],
    [
      'sagemaker:CreateApp',
      { domainId: 'd-1abc', spaceName: 'Shared', appType: 'JupyterLab', appName: 'default' },
      null,
      ['created sagemaker.app default', 'parent sagemaker.domain d-1abc', 'parent sagemaker.space Shared'],
    ],
    [
      'sagemaker:StartSession',
      { resourceIdentifier: `${at}app/d-1abc/shared/jupyterlab/default` },
      null,
      ['target sagemaker.app default', 'parent sagemaker.domain d-1abc'],
    ],
    [
      'sagemaker:StopPipelineExecution',
      { pipelineExecutionArn: `${at}pipeline/nightly/execution/abc123`, clientRequestToken: 'x' },
      null,
      ['target sagemaker.pipeline-execution nightly/abc123', 'parent sagemaker.pipeline nightly'],
    ],
    [
      'sagemaker:CreateCluster',
      {
        clusterName: 'Pod',
        instanceGroups: [
          { executionRole: `arn:aws:iam::${account}:role/pod`, lifeCycleConfig: { sourceS3Uri: 's3://lcs/x' } },
        ],
      },
      { clusterArn: `${at}cluster/abcdef123456` },
      ['created sagemaker.cluster Pod', 'uses iam.role pod', 'uses s3.bucket lcs', 'uses s3.object lcs/x'],
    ],
    [
      'sagemaker:BatchRebootClusterNodes',
      { clusterName: `${at}cluster/abcdef123456`, nodeIds: ['i-0123456789abcdef0'] },
      null,
      ['target sagemaker.cluster-node i-0123456789abcdef0', 'target sagemaker.cluster abcdef123456'],
    ],
    [
      'sagemaker:CreateHyperParameterTuningJob',
      {
        hyperParameterTuningJobName: 'tune',
        warmStartConfig: { parentHyperParameterTuningJobs: [{ hyperParameterTuningJobName: 'before' }] },
      },
      null,
      ['created sagemaker.hyper-parameter-tuning-job tune', 'uses sagemaker.hyper-parameter-tuning-job before'],
    ],
    [
      'sagemaker:ListModelPackages',
      { modelPackageGroupName: 'fraud' },
      null,
      ['uses sagemaker.model-package-group fraud'],
    ],
    [
      'sagemaker:FutureThing',
      { endpointName: 'e', roleArn: `arn:aws:iam::${account}:role/r` },
      null,
      ['target sagemaker.endpoint e', 'uses iam.role r'],
    ],
  ])('%s', (action, requestParameters, responseElements, expected) => {
    expect(ofCall(action, requestParameters, { responseElements })).toEqual(expected);
  });

  it('writes names in lower case into ARNs, ids and hubs as they are, and knows no ARN where only AWS does', () => {
    const arns = (action: string, requestParameters: object) =>
      ofRecord(recordOf(action, { requestParameters })).map(({ arn }) => arn);
    expect(arns('sagemaker:StopNotebookInstance', { notebookInstanceName: 'Fraud-Lab' })).toEqual([
      `${at}notebook-instance/fraud-lab`,
    ]);
    expect(arns('sagemaker:DescribeHub', { hubName: 'SageMakerPublicHub' })).toEqual([`${at}hub/SageMakerPublicHub`]);
    expect(arns('sagemaker:DeleteCluster', { clusterName: 'Pod' })).toEqual(['']);
    expect(arns('sagemaker:DeletePartnerApp', { arn: `${at}partner-app/app-ABCDEF123456` })).toEqual([
      `${at}partner-app/app-ABCDEF123456`,
    ]);
    expect(arns('sagemaker:DeleteComputeQuota', { computeQuotaId: 'abcDEF123456' })).toEqual([
      `${at}compute-quota/abcDEF123456`,
    ]);
  });

  it('knows what was refused where AWS leaves the parameters out', () => {
    const errorMessage = `User: arn:aws:iam::${account}:user/alice is not authorized to perform: sagemaker:StopNotebookInstance on resource: ${at}notebook-instance/fraud-lab with an explicit deny in an identity-based policy: arn:aws:iam::${account}:policy/guard.`;
    expect(ofCall('sagemaker:StopNotebookInstance', null, { errorCode: 'AccessDenied', errorMessage })).toEqual([
      'target sagemaker.notebook-instance fraud-lab',
      'uses iam.policy guard',
    ]);
  });

  it('knows the training job that a tuning job started by itself', () => {
    expect(
      words(
        ofRecord(
          recordOf('sagemaker:CreateTrainingJob', {
            eventType: 'AwsServiceEvent',
            userIdentity: { accountId: account, invokedBy: 'sagemaker.amazonaws.com' },
            serviceEventDetails: {
              trainingJobName: 'tune-001',
              hyperParameterTuningJobArn: `${at}hyper-parameter-tuning-job/tune`,
            },
          }),
        ),
      ),
    ).toEqual(['created sagemaker.training-job tune-001', 'uses sagemaker.hyper-parameter-tuning-job tune']);
  });

  it('knows data events by their resources', () => {
    const resources = [{ accountId: account, type: 'AWS::SageMaker::Endpoint', ARN: `${at}endpoint/fraud-scorer` }];
    expect(ofCall('sagemaker:InvokeEndpoint', null, { resources })).toEqual(['target sagemaker.endpoint fraud-scorer']);
  });
});

describe('state changes', () => {
  const envelope = (detailType: string, resources: readonly string[], detail: object) =>
    words(
      linksOf({
        format: 'eventbridge',
        text: JSON.stringify({
          id: 'e',
          'detail-type': detailType,
          source: 'aws.sagemaker',
          account,
          region: 'us-east-1',
          time: '2026-11-23T20:31:02Z',
          resources,
          detail,
        }),
      }),
    );

  it.each<[string, readonly string[], object, readonly string[]]>([
    [
      'SageMaker Endpoint State Change',
      [`${at}endpoint/fraud-scorer`],
      { EndpointName: 'Fraud-Scorer', EndpointArn: `${at}endpoint/fraud-scorer`, EndpointConfigName: 'cfg-2' },
      ['target sagemaker.endpoint Fraud-Scorer', 'uses sagemaker.endpoint-config cfg-2'],
    ],
    [
      'SageMaker Model Building Pipeline Execution Step Status Change',
      [`${at}pipeline/nightly`, `${at}pipeline/nightly/execution/abc`],
      { metadata: { trainingJob: { arn: `${at}training-job/pipelines-abc-train` } } },
      [
        'target sagemaker.pipeline-execution nightly/abc',
        'parent sagemaker.pipeline nightly',
        'uses sagemaker.training-job pipelines-abc-train',
      ],
    ],
    [
      'SageMaker Notebook Lifecycle Config State Change',
      [`${at}notebook-instance-lifecycle-config/evil`],
      {},
      ['target sagemaker.notebook-instance-lifecycle-config evil'],
    ],
    [
      'SageMaker HyperPod Cluster Event',
      [`${at}cluster/abcdef123456`],
      {
        ClusterName: 'Pod',
        ClusterArn: `${at}cluster/abcdef123456`,
        EventDetails: { InstanceId: 'i-0123456789abcdef0' },
      },
      ['target sagemaker.cluster Pod', 'target sagemaker.cluster-node i-0123456789abcdef0'],
    ],
    [
      'SageMaker Tracking Server Creating',
      [`${at}mlflow-tracking-server/ml`],
      {},
      ['target sagemaker.mlflow-tracking-server ml'],
    ],
    [
      'SageMaker HyperParameter Tuning Job State Change',
      [`${at}tuningJob/x`],
      {},
      ['target sagemaker.hyper-parameter-tuning-job x'],
    ],
  ])('%s', (detailType, resources, detail, expected) => {
    expect(envelope(detailType, resources, detail)).toEqual(expected);
  });
});

describe('the services around it', () => {
  it.each<[string, unknown, TrailRecord, readonly string[]]>([
    [
      's3:GetObject',
      { bucketName: 'models', key: 'a b/ü*.tar.gz' },
      {},
      ['target s3.object models/a b/ü*.tar.gz', 'parent s3.bucket models'],
    ],
    [
      's3:PutBucketPolicy',
      {
        bucketName: 'models',
        bucketPolicy: {
          Statement: [{ Principal: { AWS: 'arn:aws:iam::999988887777:root' }, Resource: 'arn:aws:s3:::models/*' }],
        },
      },
      {},
      ['target s3.bucket models', 'uses iam.account root'],
    ],
    [
      's3:CopyObject',
      { bucketName: 'exfil', key: 'k', 'x-amz-copy-source': '/models/a%20b' },
      {},
      ['created s3.object exfil/k', 'parent s3.bucket exfil', 'uses s3.object models/a b', 'uses s3.bucket models'],
    ],
    [
      'kms:CreateGrant',
      { keyId: '0a1b2c3d-0000-4000-8000-00000000000b', granteePrincipal: `arn:aws:iam::${account}:role/r` },
      { responseElements: { grantId: 'g1' } },
      ['created kms.grant g1', 'parent kms.key 0a1b2c3d-0000-4000-8000-00000000000b', 'uses iam.role r'],
    ],
    ['kms:ScheduleKeyDeletion', { keyId: 'alias/prod' }, {}, ['target kms.alias alias/prod']],
    [
      'ecr:PutImage',
      { repositoryName: 'trainer', imageTag: 'v1', registryId: account },
      { responseElements: { image: { imageId: { imageDigest: 'sha256:ab' } } } },
      ['target ecr.image trainer:v1', 'target ecr.image trainer@sha256:ab', 'parent ecr.repository trainer'],
    ],
    [
      'logs:DeleteLogStream',
      { logGroupName: '/aws/sagemaker/NotebookInstances', logStreamName: 'Fraud-Lab/jupyter.log' },
      {},
      [
        'target logs.log-stream Fraud-Lab/jupyter.log',
        'parent logs.log-group /aws/sagemaker/NotebookInstances',
        'uses sagemaker.notebook-instance Fraud-Lab',
      ],
    ],
    [
      'logs:StartLiveTail',
      { logGroupIdentifiers: [`arn:aws:logs:us-east-1:${account}:log-group:trail`] },
      {},
      ['target logs.log-group trail'],
    ],
    [
      'events:PutTargets',
      { rule: 'nightly', targets: [{ arn: `arn:aws:lambda:us-east-1:${account}:function:f` }] },
      {},
      ['target events.rule nightly', 'uses lambda.function f'],
    ],
    [
      'scheduler:CreateSchedule',
      {
        name: 'nightly',
        groupName: 'ml',
        target: {
          arn: 'arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob',
          roleArn: `arn:aws:iam::${account}:role/r`,
        },
      },
      {},
      [
        'created scheduler.schedule nightly',
        'parent scheduler.schedule-group ml',
        'uses scheduler.aws-sdk sagemaker:createTrainingJob',
        'uses iam.role r',
      ],
    ],
    [
      'ec2:ModifyNetworkInterfaceAttribute',
      { networkInterfaceId: 'eni-0123456789abcdef0', groupSet: { items: [{ groupId: 'sg-0123456789abcdef0' }] } },
      {},
      ['target ec2.network-interface eni-0123456789abcdef0', 'uses ec2.security-group sg-0123456789abcdef0'],
    ],
    [
      'ram:CreateResourceShare',
      { name: 'leak', principals: ['999988887777'], resourceArns: [`${at}model-package-group/fraud`] },
      {
        responseElements: {
          resourceShare: { resourceShareArn: `arn:aws:ram:us-east-1:${account}:resource-share/abc` },
        },
      },
      ['created ram.resource-share leak', 'uses iam.account 999988887777', 'uses sagemaker.model-package-group fraud'],
    ],
    [
      'secretsmanager:GetSecretValue',
      { secretId: `arn:aws:secretsmanager:us-east-1:${account}:secret:db-A1b2C3` },
      {},
      ['target secretsmanager.secret db'],
    ],
    [
      'ssm:StartSession',
      { target: 'sagemaker-cluster:abcdef123456_workers-i-0123456789abcdef0' },
      { readOnly: false, responseElements: { sessionId: 'alice-01' } },
      [
        'target sagemaker.cluster-node i-0123456789abcdef0',
        'created ssm.session alice-01',
        'parent sagemaker.cluster abcdef123456',
      ],
    ],
    ['cloudtrail:CreateEventDataStore', { name: 'lake' }, {}, []],
    ['events:CreateConnection', { name: 'c' }, {}, []],
    ['cloudtrail:StopLogging', { name: 'main' }, {}, ['target cloudtrail.trail main']],
    ['lambda:UpdateFunctionCode', { functionName: `${account}:function:f:3` }, {}, ['target lambda.function f']],
    [
      'sts:AssumeRole',
      { roleArn: `arn:aws:iam::${account}:role/ds-exec`, roleSessionName: 'x' },
      { responseElements: { assumedRoleUser: { arn: `arn:aws:sts::${account}:assumed-role/ds-exec/x` } } },
      ['target iam.role ds-exec', 'created sts.assumed-role ds-exec/x'],
    ],
    [
      'iam:CreateAccessKey',
      { userName: 'bob' },
      { responseElements: { accessKey: { accessKeyId: 'AKIAEXAMPLE', userName: 'bob' } } },
      ['created iam.access-key AKIAEXAMPLE', 'parent iam.user bob'],
    ],
    [
      'brandnew:DoThing',
      {
        thing: 'x',
        other: `arn:aws:brandnew:us-east-1:${account}:thing/x`,
        note: `see arn:aws:sqs:us-east-1:${account}:q, please`,
      },
      {},
      ['target brandnew.thing x', 'uses sqs.queue q'],
    ],
  ])('%s', (action, requestParameters, more, expected) => {
    expect(ofCall(action, requestParameters, more)).toEqual(expected);
  });

  it('knows who wrote a log line', () => {
    const line = (group: string, stream: string) =>
      words(linksOf({ format: 'cloudwatch-logs', text: 'hello', id: 'x', at: 1, group, stream }));
    expect(line('/aws/sagemaker/Endpoints/Fraud-Scorer', 'v1/i-0')).toEqual([
      'target sagemaker.endpoint Fraud-Scorer',
      'parent logs.log-group /aws/sagemaker/Endpoints/Fraud-Scorer',
      'parent logs.log-stream v1/i-0',
    ]);
    expect(line('/aws/sagemaker/studio', 'd-1abc/alice/JupyterLab/default')).toEqual([
      'target sagemaker.app default',
      'parent sagemaker.domain d-1abc',
      'parent logs.log-group /aws/sagemaker/studio',
      'parent logs.log-stream d-1abc/alice/JupyterLab/default',
    ]);
  });

  it('references what an identity was issued for', () => {
    const userIdentity = {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/r/s`,
      inScopeOf: { credentialsIssuedTo: `${at}notebook-instance/lab` },
    };
    expect(ofCall('s3:ListBuckets', null, { userIdentity })).toEqual(['uses sagemaker.notebook-instance lab']);
  });
});

describe('bad input', () => {
  const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';

  it('takes what is hidden for nothing', () => {
    expect(
      ofCall(
        'sagemaker:CreateEndpoint',
        { endpointName: hidden, endpointConfigName: 'c', tags: hidden },
        { responseElements: hidden, resources: hidden },
      ),
    ).toEqual(['uses sagemaker.endpoint-config c']);
    expect(ofCall('sagemaker:CreateEndpoint', hidden)).toEqual([]);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['null', null, []],
    ['a text', 'endpointName=x', []],
    ['JSON as text', '{"endpointName":"x"}', ['target sagemaker.endpoint x']],
    ['an array', [{ endpointName: 'x' }], ['target sagemaker.endpoint x']],
    ['a number', 7, []],
    [
      'members that pollute',
      JSON.parse('{"__proto__":{"endpointName":"y"},"constructor":"x","endpointName":"x","toString":"z"}'),
      ['target sagemaker.endpoint x', 'uses sagemaker.endpoint y'],
    ],
  ])('reads parameters that are %s', (_, requestParameters, expected) => {
    expect(ofCall('sagemaker:DeleteEndpoint', requestParameters)).toEqual(expected);
    expect(({} as { endpointName?: unknown }).endpointName).toBeUndefined();
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString'])(
    'reads a service and operation called %s',
    (word) => {
      expect(() =>
        ofCall(`${word}:${word}`, { [word]: 'x', arn: `arn:aws:${word}:us-east-1:1:${word}/x` }),
      ).not.toThrow();
    },
  );

  it.each([
    ['aws-cn', 'cn-north-1'],
    ['aws-us-gov', 'us-gov-west-1'],
    ['aws-eusc', 'eusc-de-east-1'],
    ['aws-iso-b', 'us-isob-east-1'],
  ])('knows partition %s', (partition, awsRegion) => {
    const arn = `arn:${partition}:sagemaker:${awsRegion}:${account}:endpoint/e`;
    const record = recordOf('sagemaker:UpdateEndpoint', {
      awsRegion,
      requestParameters: { endpointName: 'E' },
      responseElements: { endpointArn: arn },
    });
    expect(ofRecord(record)).toEqual([{ kind: 'sagemaker.endpoint', arn, name: 'E', relation: 'target' }]);
  });

  it('keeps two resources of one name and different kinds, and any name as it is', () => {
    const name = 'ünï:co/de‮$&';
    expect(ofCall('sagemaker:CreateEndpoint', { endpointName: name, endpointConfigName: name })).toEqual([
      `created sagemaker.endpoint ${name}`,
      `uses sagemaker.endpoint-config ${name}`,
    ]);
  });

  it('bounds an inventory of names, and keeps ARNs ten times as long', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `i-${index.toString(16).padStart(17, '0')}`);
    expect(
      ofCall('ec2:StopInstances', { instancesSet: { items: ids.map((instanceId) => ({ instanceId })) } }),
    ).toHaveLength(500);
    const names = Array.from({ length: 10_000 }, (_, index) => `s-${index}`);
    expect(ofCall('secretsmanager:BatchGetSecretValue', { secretIdList: names })).toHaveLength(50);
    const arns = Array.from({ length: 10_000 }, (_, index) => `arn:aws:s3:::b/${index}`);
    const started = performance.now();
    expect(ofCall('s3:DeleteObjects', null, { resources: arns.map((ARN) => ({ ARN })) })).toHaveLength(500);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('is not overrun by what is nested deeper than a stack', () => {
    const deep = (open: string, close: string, inside: string) => open.repeat(50_000) + inside + close.repeat(50_000);
    for (const text of [deep('[', ']', '"x"'), deep('{"a":', '}', '"x"')]) {
      const record = JSON.stringify(
        recordOf('iam:PutRolePolicy', { requestParameters: { roleName: 'r', policyDocument: 0 } }),
      );
      const raw: RawRecord = {
        format: 'cloudtrail',
        text: record.replace('"policyDocument":0', () => `"policyDocument":${text}`),
      };
      const found = normalise(raw);
      if (found.rejected !== undefined) throw new Error(found.rejected);
      const resources = link(found.record, found.event);
      expect(words(resources)).toEqual(['target iam.role r']);
      expect(summarise({ ...found.event, resources }, found.record, raw)).toBe('alice put inline policy on role r');
    }
  });

  it('never throws, says the same twice, and stays bounded, whatever JSON it is given', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        hidden,
        'i-0123456789abcdef0',
        's3://b/k',
        's3://',
        'arn:',
        'arn:aws:s3:::',
        `${at}endpoint/e`,
        'arn:aws:iam::1:role/a b',
        'arn:a:b:c:d:e:f',
        '/aws/sagemaker/studio',
        '111122223333.dkr.ecr.us-east-1.amazonaws.com/r:t',
        'sagemaker-cluster:abcdef123456_g-i-0abcdef0',
        '{"a":1}',
        '__proto__',
      ),
    );
    const member = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'endpointName',
        'roleArn',
        'domainId',
        'appName',
        'appType',
        'name',
        'arn',
        'key',
        'bucketName',
        'tags',
        'environment',
        'target',
        'logGroupName',
        'logStreamName',
        'version',
        'imageName',
        '__proto__',
        'constructor',
        'kmsKeyId',
        'monitoringType',
        'monitoringJobDefinitionName',
      ),
    );
    const { json } = fc.letrec((tie) => ({
      json: fc.oneof(
        { maxDepth: 5, withCrossShrink: true },
        text,
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('json'), { maxLength: 6 }),
      object: fc
        .array(fc.tuple(member, tie('json')), { maxLength: 6 })
        .map((entries) => Object.fromEntries(entries) as object),
    }));
    const services = [...new Set(linkers.flatMap(({ services: own }) => (own === 'any' ? [] : own)))];
    fc.assert(
      fc.property(
        fc.constantFrom(...services, 'unknown'),
        fc.oneof(
          fc.string(),
          fc.constantFrom(
            'CreateApp',
            'StopJob',
            'AddTags',
            'CreateCluster',
            'DeleteImageVersion',
            'AssumeRole',
            'StartSession',
            'CreateSchedule',
            'PutRule',
          ),
        ),
        fc.record(
          {
            requestParameters: json,
            responseElements: json,
            resources: json,
            serviceEventDetails: json,
            additionalEventData: json,
            userIdentity: json,
            errorMessage: text,
            errorCode: text,
          },
          { requiredKeys: [] },
        ),
        (service, eventName, members) => {
          const record = recordOf(`${service}:x`, { ...members, eventName });
          const raw: RawRecord = { format: 'cloudtrail', text: JSON.stringify(record) };
          const found = normalise(raw);
          if (found.rejected !== undefined) return;
          const links = link(found.record, found.event);
          expect(link(found.record, found.event)).toEqual(links);
          expect(links.length).toBeLessThanOrEqual(500);
          for (const { kind, name, arn } of links) {
            expect(kind).toMatch(/^[\w-]+\.[\w.-]+$/);
            expect(name.length).toBeGreaterThan(0);
            expect(name.length + arn.length).toBeLessThan(4_000);
          }
          expect(summarise({ ...found.event, resources: links }, found.record, raw).length).toBeLessThanOrEqual(300);
        },
      ),
      { numRuns: 1_500 },
    );
  });
});

const records = savedRecords(trailFolder);
if (records.length === 0) process.stdout.write('skipped: the real records are not on this machine\n');
it.skipIf(records.length === 0)('references every ARN that stands anywhere in the real records, with its kind', () => {
  const judged = records.map((record) => recallOf(record));
  expect(judged.flatMap(({ event, lost }) => lost.map((arn) => `${event.action} ${event.id} ${arn}`))).toEqual([]);
  expect(judged.reduce((total, { arns }) => total + arns.length, 0)).toBeGreaterThan(400);
});

it('has a short word of its own for every kind that it shortens, and narrow ones', () => {
  const short = Object.values(shortKinds);
  expect(short.filter((word, index) => short.indexOf(word) !== index)).toEqual([]);
  expect(short.filter((word) => !/^[a-z0-9]{1,7}$/.test(word))).toEqual([]);
  // A word that is another kind's own last part would mean two things in a filter.
  for (const [kind, word] of Object.entries(shortKinds))
    expect(Object.keys(shortKinds).filter((other) => other !== kind && other.endsWith(`.${word}`))).toEqual([]);
});
