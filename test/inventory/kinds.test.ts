import { describe, expect, it } from 'vitest';
import { operations } from '../../src/aws/operations.ts';
import { activityOf } from '../../src/inventory/activity.ts';
import { kinds } from '../../src/inventory/catalogue.ts';
import { decodeScript, isAccelerated } from '../../src/inventory/details.ts';
import type { Row } from '../../src/inventory/kind.ts';
import { heardGroups, hearsSageMaker } from '../../src/inventory/kinds/events.rule.ts';
import { withOwners } from '../../src/inventory/owners.ts';
import { bucketNote } from '../../src/inventory/refs.ts';
import { account, answeringAws, lookAt, refused, region } from './answering-aws.ts';

const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const arn = (rest: string) => `arn:aws:sagemaker:${region}:${account}:${rest}`;
const kind = (id: string) => {
  const found = kinds.find((one) => one.id === id);
  if (!found?.describe) throw new Error(`no kind ${id}`);
  return found;
};
const rowsOf = async (id: string, answers: object, scope: 'recent' | 'running' = 'recent') => {
  const rows: Row[] = [];
  for await (const page of kind(id).list!(lookAt(answeringAws(answers as never)), scope)) rows.push(...page.rows);
  return rows;
};
const described = async (id: string, answers: object, name: string, resourceArn = '', row?: Row) => {
  const aws = answeringAws(answers as never);
  const details = await kind(id).describe!({ kind: id, arn: resourceArn, name }, lookAt(aws), row);
  return { ...details, asked: aws.asked };
};
const relation = (details: { relations: readonly { role: string; to: { name: string } }[] }, which: string) =>
  details.relations.filter((one) => one.role === which).map(({ to }) => to.name);

it('every kind cites AWS, has its own id, and reads only', () => {
  for (const { id, references } of kinds) {
    expect(references.length, id).toBeGreaterThan(0);
    for (const page of references) {
      const operation = /API_(\w+)\.html$/.exec(page)?.[1] ?? '';
      const service = id.split('.')[0];
      expect(Object.entries(operations), page).toContainEqual([`${service}:${operation}`, 'read']);
    }
  }
});

describe('what Describe says', () => {
  it('an endpoint: digest that really runs, model, role, and where it copies', async () => {
    const details = await described(
      'sagemaker.endpoint',
      {
        'sagemaker:DescribeEndpoint': {
          EndpointStatus: 'InService',
          EndpointConfigName: 'cfg',
          ProductionVariants: [
            {
              VariantName: 'main',
              CurrentInstanceCount: 3,
              DeployedImages: [{ SpecifiedImage: 'x:latest', ResolvedImage: 'x@sha256:aa' }],
            },
          ],
        },
        'sagemaker:DescribeEndpointConfig': {
          ProductionVariants: [
            { VariantName: 'main', ModelName: 'm', InstanceType: 'ml.p4d.24xlarge', InitialInstanceCount: 1 },
          ],
          DataCaptureConfig: { EnableCapture: true, DestinationS3Uri: 's3://elsewhere/capture' },
          AsyncInferenceConfig: {
            OutputConfig: { S3OutputPath: `s3://own-${account}/out`, S3FailurePath: 's3://bad/' },
          },
        },
        'sagemaker:DescribeModel': {
          ExecutionRoleArn: role('ds-exec'),
          PrimaryContainer: { Image: 'x:latest', ModelDataUrl: 's3://models/m.tar.gz' },
        },
      },
      'e',
    );
    expect(details).toMatchObject({
      state: 'InService',
      compute: 'ml.p4d.24xlarge × 3',
      accelerated: true,
      internet: true,
      problems: [],
    });
    expect(details.role).toEqual({ kind: 'iam.role', arn: role('ds-exec'), name: 'ds-exec' });
    expect(relation(details, 'image')).toEqual(['x@sha256:aa']);
    expect(relation(details, 's3-sink')).toEqual(['elsewhere', `own-${account}`, 'bad']);
    expect(details.relations.find(({ to }) => to.name === 'elsewhere')).toMatchObject({
      proof: 'sagemaker:DescribeEndpointConfig',
    });
    expect(details.relations.find(({ to }) => to.name === 'elsewhere')?.outside).toBeUndefined();
  });

  it('an endpoint whose config may not be read: what is known, and what is not', async () => {
    const details = await described(
      'sagemaker.endpoint',
      {
        'sagemaker:DescribeEndpoint': { EndpointStatus: 'InService', EndpointConfigName: 'cfg' },
        'sagemaker:DescribeEndpointConfig': refused('sagemaker:DescribeEndpointConfig'),
      },
      'e',
    );
    expect(details.role).toBeUndefined();
    expect(details.problems).toEqual(['endpoint config cfg: denied: needs sagemaker:DescribeEndpointConfig']);
  });

  it('a training job: isolation, parent, sinks, and its container', async () => {
    const job = (more: object) =>
      described(
        'sagemaker.training-job',
        {
          'sagemaker:DescribeTrainingJob': {
            TrainingJobStatus: 'InProgress',
            RoleArn: role('miner'),
            TuningJobArn: arn('hyper-parameter-tuning-job/t'),
            ResourceConfig: { InstanceType: 'ml.p5.48xlarge', InstanceCount: 8 },
            AlgorithmSpecification: { TrainingImage: 'xmrig:1', ContainerEntrypoint: ['/bin/sh', '-c'] },
            OutputDataConfig: { S3OutputPath: 's3://out/' },
            ...more,
          },
        },
        'j',
      );
    const open = await job({});
    expect(open).toMatchObject({ accelerated: true, compute: 'ml.p5.48xlarge × 8', internet: true });
    expect(relation(open, 'parent')).toEqual(['t']);
    expect(open.facts).toContainEqual(expect.objectContaining({ label: 'entry point', value: '/bin/sh -c' }));
    expect((await job({ EnableNetworkIsolation: true })).internet).toBe(false);
    expect((await job({ VpcConfig: { Subnets: ['s'], SecurityGroupIds: ['g'] } })).internet).toBeUndefined();
  });

  it('a profile without a role falls back to the domain’s, one with a role does not ask', async () => {
    const domain = { 'sagemaker:DescribeDomain': { DefaultUserSettings: { ExecutionRole: role('default') } } };
    const address = arn('user-profile/d-1/bob');
    const without = await described(
      'sagemaker.user-profile',
      { ...domain, 'sagemaker:DescribeUserProfile': {} },
      'bob',
      address,
    );
    expect(without.role?.name).toBe('default');
    const own = await described(
      'sagemaker.user-profile',
      { ...domain, 'sagemaker:DescribeUserProfile': { UserSettings: { ExecutionRole: role('own') } } },
      'bob',
      address,
    );
    expect(own.role?.name).toBe('own');
    expect(own.asked).toEqual(['sagemaker:DescribeUserProfile']);
  });

  it('an app in a shared space runs as the domain’s role for spaces, in a private one as its owner', async () => {
    const app = (SharingType: string) =>
      described(
        'sagemaker.app',
        {
          'sagemaker:ListApps': {
            Apps: [{ DomainId: 'd-1', SpaceName: 'S', AppType: 'JupyterLab', AppName: 'default', Status: 'InService' }],
          },
          'sagemaker:DescribeApp': { DomainId: 'd-1', SpaceName: 'S', AppType: 'JupyterLab', Status: 'InService' },
          'sagemaker:DescribeSpace': {
            OwnershipSettings: { OwnerUserProfileName: 'bob' },
            SpaceSharingSettings: { SharingType },
          },
          'sagemaker:DescribeUserProfile': { UserSettings: { ExecutionRole: role('bobs') } },
          'sagemaker:DescribeDomain': { DefaultSpaceSettings: { ExecutionRole: role('spaces') } },
        },
        'default',
        arn('app/d-1/s/jupyterlab/default'),
      );
    expect((await app('Shared')).role?.name).toBe('spaces');
    expect(await app('Private')).toMatchObject({ role: { name: 'bobs' }, creator: 'bob' });
  });

  it('a tracking server: AWS itself says whose bucket it is', async () => {
    const server = (owner: string) =>
      described(
        'sagemaker.mlflow-tracking-server',
        { 'sagemaker:DescribeMlflowTrackingServer': { ArtifactStoreUri: 's3://b/x', S3BucketOwnerAccountId: owner } },
        's',
      );
    expect((await server(account)).relations[0]).toMatchObject({ outside: false });
    expect((await server('999999999999')).relations[0]).toMatchObject({
      outside: true,
      note: 'belongs to 999999999999',
    });
  });

  it('a role: trust, policies in full, boundary', async () => {
    const details = await described(
      'iam.role',
      {
        'iam:GetRole': {
          Role: {
            AssumeRolePolicyDocument: encodeURIComponent('{"Version":"2012-10-17"}'),
            PermissionsBoundary: { PermissionsBoundaryArn: 'arn:aws:iam::aws:policy/AWSDenyAll' },
          },
        },
        'iam:ListAttachedRolePolicies': {
          AttachedPolicies: [{ PolicyName: 'A', PolicyArn: 'arn:aws:iam::aws:policy/A' }],
        },
        'iam:ListRolePolicies': ({ Marker }: { Marker?: string }) =>
          Marker ? { PolicyNames: ['two'] } : { PolicyNames: ['one'], IsTruncated: true, Marker: 'm' },
        'iam:GetRolePolicy': { PolicyDocument: '%7B%22Statement%22%3A%5B%5D%7D' },
      },
      'ds-exec',
    );
    expect(details.scripts.map(({ title }) => title)).toEqual([
      'trust policy',
      'inline policy one',
      'inline policy two',
    ]);
    expect(details.scripts[1]?.text).toBe('{\n  "Statement": []\n}');
    expect(relation(details, 'boundary')).toEqual(['AWSDenyAll']);
  });

  it('temporary keys: AWS is not asked at all', async () => {
    const details = await described('iam.access-key', {}, 'ASIAXXXXXXXXXXXXXXXX');
    expect(details.asked).toEqual([]);
    expect(details.problems).toHaveLength(1);
  });

  it.each(kinds.filter(({ describe }) => describe).map(({ id }) => id))(
    '%s takes an answer with nothing in it',
    async (id) => {
      const details = await described(id, {}, 'name', arn('x/d-1/name'));
      expect(details.accelerated).toBe(false);
    },
  );
});

describe('listings', () => {
  it('asks for jobs that run, then for those of the last day; a scan only for the first', async () => {
    const asked: object[] = [];
    const answers = {
      'sagemaker:ListTrainingJobs': (input: { StatusEquals?: string; NextToken?: string }) => {
        asked.push(input);
        if (!input.StatusEquals)
          return { TrainingJobSummaries: [{ TrainingJobName: 'old', TrainingJobStatus: 'Completed' }] };
        return input.NextToken
          ? { TrainingJobSummaries: [{ TrainingJobName: 'b', TrainingJobStatus: 'InProgress' }] }
          : { TrainingJobSummaries: [{ TrainingJobName: 'a', TrainingJobStatus: 'InProgress' }], NextToken: 'more' };
      },
    };
    expect((await rowsOf('sagemaker.training-job', answers)).map(({ ref }) => ref.name)).toEqual(['a', 'b', 'old']);
    expect(asked[2]).toMatchObject({
      SortBy: 'CreationTime',
      SortOrder: 'Descending',
      LastModifiedTimeAfter: new Date('2026-11-22T20:00:00Z'),
    });
    expect((await rowsOf('sagemaker.training-job', answers, 'running')).map(({ ref }) => ref.name)).toEqual(['a', 'b']);
  });

  it('ends when AWS repeats its token, and at its bound', async () => {
    const page = { Endpoints: Array.from({ length: 100 }, (_, at) => ({ EndpointName: `e${at}` })), NextToken: 'same' };
    expect(await rowsOf('sagemaker.endpoint', { 'sagemaker:ListEndpoints': page })).toHaveLength(200);
    const tokens = Array.from({ length: 9 }, (_, at) => `${at}`);
    const rows = await rowsOf('sagemaker.endpoint', {
      'sagemaker:ListEndpoints': () => ({ ...page, NextToken: tokens.shift() }),
    });
    expect(rows).toHaveLength(500);
  });

  it('lists the rules that start SageMaker or hear it, asks for no more targets than it must, and says so', async () => {
    const asked: string[] = [];
    const hears = (source: unknown) => JSON.stringify({ source });
    const Rules = [
      { Name: 'hears', Arn: 'h', State: 'ENABLED', EventPattern: hears(['aws.sagemaker']) },
      { Name: 'hears-all', State: 'DISABLED', EventPattern: hears([{ prefix: 'aws.' }]) },
      { Name: 'trail', State: 'ENABLED', EventPattern: hears(['aws.ec2']) },
      { Name: 'nightly', State: 'ENABLED' },
      ...Array.from({ length: 120 }, (_, at) => ({ Name: `other-${at}`, State: 'ENABLED' })),
    ];
    const answers = {
      'events:ListRules': ({ NextToken }: { NextToken?: string }) =>
        NextToken ? { Rules: Rules.slice(50) } : { Rules: Rules.slice(0, 50), NextToken: 'more' },
      'events:ListTargetsByRule': ({ Rule, NextToken }: { Rule: string; NextToken?: string }) => {
        asked.push(Rule);
        if (Rule !== 'nightly')
          return { Targets: [{ Id: 'x', Arn: `arn:aws:lambda:${region}:${account}:function:f` }] };
        // The pipeline stands on the second page.
        return NextToken
          ? { Targets: [{ Id: 'p', Arn: arn('pipeline/retrain') }] }
          : { Targets: [], NextToken: 'more' };
      },
    };
    expect((await rowsOf('events.rule', answers)).map(({ ref }) => ref.name)).toEqual([
      'hears',
      'hears-all',
      'nightly',
    ]);
    expect(asked).not.toContain('hears');
    expect(asked).toHaveLength(101);
    let more = false;
    for await (const page of kind('events.rule').list!(lookAt(answeringAws(answers as never)), 'recent'))
      more = page.more;
    expect(more).toBe(true);
    expect((await rowsOf('events.rule', answers, 'running')).map(({ ref }) => ref.name)).not.toContain('hears-all');
  });

  it.each([
    ['{"detail-type":["SageMaker Endpoint State Change"]}', true],
    ['{"account":["111122223333"]}', true],
    ['{"source":[{"anything-but":["aws.ec2"]}]}', true],
    ['{"source":[null]}', false],
    ['{"source":["aws.s3"],"detail-type":["Object Created"]}', false],
    ['{"detail-type":["EC2 Instance State-change Notification"]}', false],
    ['{', true],
    ['null', true],
  ])('the pattern %s hears SageMaker: %s', (pattern, hears) => expect(hearsSageMaker(pattern)).toBe(hears));
  it.each<[string, readonly string[] | 'all']>([
    [
      '{"detail-type":["SageMaker Model Package State Change"],"detail":{"ModelPackageGroupName":["fraud"]}}',
      ['fraud'],
    ],
    ['{"detail-type":["SageMaker Model Package State Change"]}', 'all'],
    ['{"detail-type":["SageMaker Model Package State Change"],"detail":null}', 'all'],
    [
      '{"detail-type":["SageMaker Model Package State Change"],"detail":{"ModelPackageGroupName":[{"prefix":"f"}]}}',
      'all',
    ],
    ['{"detail-type":["SageMaker Endpoint State Change"]}', []],
    ['{"source":["aws.sagemaker"]}', []],
    ['no json', []],
    ['null', []],
  ])('the pattern %s hears of packages of %j', (pattern, groups) => expect(heardGroups(pattern)).toEqual(groups));

  it('lists the schedules that start SageMaker, as a pipeline or by one of its calls, of any group', async () => {
    const schedule = (Name: string, target: string, State = 'ENABLED') => ({
      Name,
      Arn: `arn:aws:scheduler:${region}:${account}:schedule/g/${Name}`,
      GroupName: 'g',
      State,
      Target: { Arn: target },
    });
    const answers = {
      'scheduler:ListSchedules': {
        Schedules: [
          schedule('train', 'arn:aws:scheduler:::aws-sdk:sagemaker:createTrainingJob'),
          schedule('run', arn('pipeline/p'), 'DISABLED'),
          schedule('mail', 'arn:aws:scheduler:::aws-sdk:ses:sendEmail'),
        ],
      },
      'scheduler:GetSchedule': ({ Name, GroupName }: { Name: string; GroupName?: string }) => ({
        State: `${Name} of ${GroupName}`,
        Target: { Arn: arn('pipeline/p'), RoleArn: role('scheduler') },
      }),
    };
    const rows = await rowsOf('scheduler.schedule', answers);
    expect(rows.map(({ ref, state }) => [ref.name, state])).toEqual([
      ['train', 'ENABLED'],
      ['run', 'DISABLED'],
    ]);
    // By its row, and by its ARN alone.
    for (const row of [rows[0], undefined])
      expect(await described('scheduler.schedule', answers, 'train', rows[0]?.ref.arn, row)).toMatchObject({
        state: 'train of g',
        role: { name: 'scheduler' },
        relations: [{ role: 'target', to: { kind: 'sagemaker.pipeline', name: 'p' } }, { role: 'role' }],
      });
  });

  it('reads no account’s million schedules to their end', async () => {
    let pages = 0;
    let last = { more: false };
    const answers = { 'scheduler:ListSchedules': () => ({ Schedules: [{ Name: 'x' }], NextToken: String(++pages) }) };
    for await (const page of kind('scheduler.schedule').list!(lookAt(answeringAws(answers)), 'recent')) last = page;
    expect([pages, last.more]).toEqual([30, true]);
  });

  it('lists executions of the pipelines that ran lately, and leaves out what ended long ago', async () => {
    const now = Date.parse('2026-11-23T20:00:00Z');
    const rows = await rowsOf('sagemaker.pipeline-execution', {
      'sagemaker:ListPipelines': {
        PipelineSummaries: [
          { PipelineName: 'p', LastExecutionTime: new Date(now - 1_000) },
          { PipelineName: 'never' },
          { PipelineName: 'old', LastExecutionTime: new Date(now - 60 * 86_400_000) },
        ],
      },
      'sagemaker:ListPipelineExecutions': ({ PipelineName }: { PipelineName: string }) => ({
        PipelineExecutionSummaries: [
          {
            PipelineExecutionArn: arn(`pipeline/${PipelineName}/execution/run`),
            PipelineExecutionStatus: 'Executing',
            StartTime: new Date(now - 3 * 86_400_000),
          },
          {
            PipelineExecutionArn: arn(`pipeline/${PipelineName}/execution/gone`),
            PipelineExecutionStatus: 'Succeeded',
            StartTime: new Date(now - 3 * 86_400_000),
          },
        ],
      }),
    });
    expect(rows.map(({ ref }) => ref.name)).toEqual(['p/run']);
  });
});

it.each([
  ['InService', 'running'],
  ['INPROGRESS', 'running'],
  ['Stopping', 'changing'],
  ['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', 'running'],
  ['DISABLED', 'idle'],
  ['Stopped', 'idle'],
  ['', 'idle'],
  ['SomethingNew', 'changing'],
])('the state %s is %s', (state, activity) => expect(activityOf(state)).toBe(activity));

it.each([
  ['ml.p4d.24xlarge', true],
  ['ml.g5.xlarge', true],
  ['ml.trn1.32xlarge', true],
  ['ml.inf2.xlarge', true],
  ['ml.m5.xlarge', false],
  ['ml.t3.medium', false],
  [undefined, false],
])('%s is accelerated: %s', (type, is) => expect(isAccelerated(type)).toBe(is));

it('decodes scripts, and shows what is none as it came', () => {
  expect(decodeScript(Buffer.from('#!/bin/bash\ncurl x').toString('base64'))).toEqual({
    text: '#!/bin/bash\ncurl x',
    cut: false,
  });
  expect(decodeScript('not base64!').text).toBe('not base64!');
  expect(decodeScript(Buffer.from('a'.repeat(40_000)).toString('base64'))).toMatchObject({ cut: true });
});

it('says whose a bucket is by the account’s own list, and nothing without it', async () => {
  const sinks = async (answers: object) => {
    const look = lookAt(answeringAws(answers as never));
    const details = await kind('sagemaker.compilation-job').describe!({ kind: '', arn: '', name: 'j' }, look);
    return (await withOwners(details, look)).relations.map(({ to, outside, note }) => [to.name, outside, note]);
  };
  const job = {
    'sagemaker:DescribeCompilationJob': {
      InputConfig: { S3Uri: 's3://own/m' },
      OutputConfig: { S3OutputLocation: 's3://loot/m' },
    },
  };
  expect(await sinks({ ...job, 's3:ListBuckets': { Buckets: [{ Name: 'own' }] } })).toEqual([
    ['own', false, `a bucket of account ${account}`],
    ['loot', true, `not among the buckets of account ${account}`],
  ]);
  for (const answer of [refused('s3:ListBuckets'), {}, { Buckets: [], ContinuationToken: 'more' }])
    expect((await sinks({ ...job, 's3:ListBuckets': answer })).map(([, outside]) => outside)).toEqual([
      undefined,
      undefined,
    ]);
});

it('never takes a bucket’s name for a proof', () => {
  const ours = new Set([account]);
  expect(bucketNote(`sagemaker-us-east-1-${account}`, ours)).toEqual({ note: expect.stringContaining('is not known') });
  expect(bucketNote('loot-999999999999', ours).note).toContain('none of ours');
});
