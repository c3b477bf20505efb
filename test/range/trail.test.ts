import {
  DescribeTrailsCommand,
  GetEventSelectorsCommand,
  GetTrailStatusCommand,
  ListTrailsCommand,
  LookupEventsCommand,
  type LookupEventsCommandInput,
} from '@aws-sdk/client-cloudtrail';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import * as sm from '@aws-sdk/client-sagemaker';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Range, startRange } from '../../src/range/range.ts';
import { clientsOf, refusal, type TrailRecord } from './clients.ts';
import { ManualClock } from './manual-clock.ts';

let clock: ManualClock;
let range: Range;
let clients: ReturnType<typeof clientsOf>;
beforeEach(async () => {
  clock = new ManualClock();
  range = await startRange({}, clock);
  clients = clientsOf(range);
});
afterEach(() => range.close());

const published = 100_000;
const lookup = (input: LookupEventsCommandInput = {}) => clients.cloudtrail.send(new LookupEventsCommand(input));
const by = (
  AttributeKey:
    | 'AccessKeyId'
    | 'EventId'
    | 'EventName'
    | 'EventSource'
    | 'ReadOnly'
    | 'ResourceName'
    | 'ResourceType'
    | 'Username',
  AttributeValue: string,
) => ({
  LookupAttributes: [{ AttributeKey, AttributeValue }],
});
/** The record of the newest call of that name, once it is published. */
async function recordOf(name: string): Promise<TrailRecord> {
  await clock.advance(published);
  const { Events } = await lookup(by('EventName', name));
  expect(Events?.length).toBeGreaterThan(0);
  return JSON.parse(Events?.[0]?.CloudTrailEvent ?? '');
}

describe('records', () => {
  test('a write as CloudTrail has it', async () => {
    const at = clock.now();
    const { $metadata } = await clients.sagemaker.send(
      new sm.CreateEndpointConfigCommand({
        EndpointConfigName: 'Capture',
        ProductionVariants: [{ VariantName: 'v', ModelName: 'fraud-model-v3', InitialInstanceCount: 1 }],
        DataCaptureConfig: {
          InitialSamplingPercentage: 100,
          DestinationS3Uri: 's3://elsewhere/x',
          CaptureOptions: [{ CaptureMode: 'Input' }],
        },
      }),
    );
    const record = await recordOf('CreateEndpointConfig');
    expect(record).toMatchObject({
      eventVersion: '1.11',
      userIdentity: {
        type: 'AssumedRole',
        principalId: expect.stringMatching(/^AROA\w{16}:on-call$/),
        arn: 'arn:aws:sts::111122223333:assumed-role/OnCall/on-call',
        accountId: '111122223333',
        accessKeyId: range.credentials.accessKeyId,
        sessionContext: {
          sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/OnCall', userName: 'OnCall' },
          attributes: { creationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
        },
      },
      eventTime: `${new Date(at).toISOString().slice(0, 19)}Z`,
      eventSource: 'sagemaker.amazonaws.com',
      eventName: 'CreateEndpointConfig',
      awsRegion: 'us-east-1',
      sourceIPAddress: '127.0.0.1',
      userAgent: expect.stringContaining('aws-sdk-js'),
      requestParameters: {
        endpointConfigName: 'Capture',
        productionVariants: [{ variantName: 'v', modelName: 'fraud-model-v3', initialInstanceCount: 1 }],
        dataCaptureConfig: {
          initialSamplingPercentage: 100,
          destinationS3Uri: 's3://elsewhere/x',
          captureOptions: [{ captureMode: 'Input' }],
        },
      },
      responseElements: { endpointConfigArn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint-config/capture' },
      requestID: $metadata.requestId,
      readOnly: false,
      eventType: 'AwsApiCall',
      managementEvent: true,
      recipientAccountId: '111122223333',
      eventCategory: 'Management',
      tlsDetails: { clientProvidedHostHeader: 'api.sagemaker.us-east-1.amazonaws.com' },
    });
    expect(record).not.toHaveProperty('errorCode');
  });

  test('a read has no response, a call without input no parameters', async () => {
    await clients.sts.send(new GetCallerIdentityCommand({}));
    expect(await recordOf('GetCallerIdentity')).toMatchObject({
      readOnly: true,
      requestParameters: null,
      responseElements: null,
    });
  });

  test('a delete tells what was asked, and nothing came back', async () => {
    await clients.sagemaker.send(new sm.DeleteEndpointCommand({ EndpointName: 'fraud-scorer' }));
    expect(await recordOf('DeleteEndpoint')).toMatchObject({
      requestParameters: { endpointName: 'fraud-scorer' },
      responseElements: null,
      readOnly: false,
    });
    await clock.advance(1000);
    const { Events } = await lookup(by('ResourceName', 'fraud-scorer'));
    expect(Events?.[0]?.Resources).toEqual([
      { ResourceType: 'AWS::SageMaker::Endpoint', ResourceName: 'fraud-scorer' },
    ]);
  });

  test('refused calls are recorded with their reason', async () => {
    await refusal(clients.sagemaker.send(new sm.DescribeEndpointCommand({ EndpointName: 'nope' })));
    expect(await recordOf('DescribeEndpoint')).toMatchObject({
      errorCode: 'ValidationException',
      errorMessage: expect.stringContaining('Could not find endpoint'),
      responseElements: null,
    });
  });

  test('a presigned URL is in no record', async () => {
    const { AuthorizedUrl } = await clients.sagemaker.send(
      new sm.CreatePresignedNotebookInstanceUrlCommand({ NotebookInstanceName: 'fraud-lab' }),
    );
    expect(AuthorizedUrl).toMatch(
      /^https:\/\/fraud-lab-[0-9a-f]{4}\.notebook\.us-east-1\.sagemaker\.aws\?authToken=[0-9a-f]{64}$/,
    );
    const record = await recordOf('CreatePresignedNotebookInstanceUrl');
    expect(record.responseElements).toEqual({ authorizedUrl: 'HIDDEN_DUE_TO_SECURITY_REASONS' });
    expect(JSON.stringify(record)).not.toContain('authToken');
  });

  test('a policy is recorded as text; IAM is recorded in us-east-1 wherever it was signed for', async () => {
    const document = '{"Version":"2012-10-17","Statement":[]}';
    const { iam } = clientsOf({ ...range, region: 'eu-west-1' });
    await iam.send(new PutRolePolicyCommand({ RoleName: 'ds-exec', PolicyName: 'p', PolicyDocument: document }));
    expect(await recordOf('PutRolePolicy')).toMatchObject({
      awsRegion: 'us-east-1',
      eventSource: 'iam.amazonaws.com',
      requestParameters: { roleName: 'ds-exec', policyName: 'p', policyDocument: document },
      responseElements: null,
    });
  });

  test('nobody but an actor can choose an address', async () => {
    await fetch(range.endpoint, {
      method: 'POST',
      body: '{}',
      headers: {
        'x-amz-target': 'SageMaker.ListModels',
        'x-range-source-ip': '198.51.100.99',
        'x-range-actor': 'guess',
        authorization: `Credential=${range.credentials.accessKeyId}/20261123/us-east-1/sagemaker/aws4_request`,
        'x-amz-security-token': range.credentials.sessionToken,
      },
    });
    expect((await recordOf('ListModels')).sourceIPAddress).toBe('127.0.0.1');
  });
});

describe('LookupEvents', () => {
  test('shows a call only after the lag', async () => {
    await clients.sagemaker.send(new sm.ListModelsCommand({}));
    await clock.advance(19_000);
    expect((await lookup(by('EventName', 'ListModels'))).Events).toEqual([]);
    await clock.advance(72_000);
    expect((await lookup(by('EventName', 'ListModels'))).Events).toHaveLength(1);
  });

  test('pages newest first, without loss or repetition, and the token is good for these parameters only', async () => {
    for (let index = 0; index < 12; index += 1) {
      await clients.sagemaker.send(new sm.ListEndpointsCommand({}));
      if (index % 3 === 0) await clock.advance(1000);
    }
    await clock.advance(published);
    const window = { ...by('EventName', 'ListEndpoints'), EndTime: new Date(clock.now()), MaxResults: 5 };
    const ids: string[] = [];
    const times: number[] = [];
    let token: string | undefined;
    let first: string | undefined;
    do {
      const page = await lookup({ ...window, ...(token ? { NextToken: token } : {}) });
      for (const event of page.Events ?? []) {
        ids.push(event.EventId ?? '');
        times.push(event.EventTime?.getTime() ?? 0);
      }
      token = page.NextToken;
      first ??= token;
      await clock.advance(1000);
    } while (token);
    expect(new Set(ids).size).toBe(12);
    expect(ids).toHaveLength(12);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    const other = { ...window, ...by('EventName', 'ListModels'), NextToken: first };
    expect((await refusal(lookup(other))).name).toBe('InvalidNextTokenException');
    await clock.advance(1000);
    expect((await refusal(lookup({ ...window, NextToken: 'x' }))).name).toBe('InvalidNextTokenException');
  });

  test('allows two requests a second', async () => {
    await lookup();
    await lookup();
    expect(await refusal(lookup())).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
    await clock.advance(500);
    await lookup();
    expect((await refusal(lookup())).name).toBe('ThrottlingException');
  });

  test('honours one attribute, and the first only', async () => {
    await clients.sagemaker.send(new sm.ListModelsCommand({}));
    await clients.sagemaker.send(new sm.StopNotebookInstanceCommand({ NotebookInstanceName: 'fraud-lab' }));
    await clock.advance(published);
    const names = async (input: LookupEventsCommandInput) => {
      await clock.advance(1000);
      return (await lookup({ EndTime: new Date(clock.now() - published), ...input })).Events?.map(
        ({ EventName }) => EventName,
      );
    };
    expect(await names(by('ReadOnly', 'false'))).toEqual(['StopNotebookInstance']);
    expect(await names(by('Username', 'on-call'))).toEqual(['StopNotebookInstance', 'ListModels']);
    expect(await names(by('AccessKeyId', range.credentials.accessKeyId))).toHaveLength(2);
    expect(await names(by('ResourceName', 'fraud-lab'))).toEqual(['StopNotebookInstance']);
    const two = [...by('EventName', 'ListModels').LookupAttributes, ...by('ReadOnly', 'false').LookupAttributes];
    expect(await names({ LookupAttributes: two })).toEqual(['ListModels']);
    expect(await names(by('Username', 'On-Call'))).toEqual([]);
    expect(await names(by('EventSource', 'sagemaker.amazonaws.com'))).toHaveLength(2);
    expect(await names(by('ResourceType', 'AWS::SageMaker::NotebookInstance'))).toEqual(['StopNotebookInstance']);
    await clock.advance(1000);
    const [stop] = (await lookup(by('EventName', 'StopNotebookInstance'))).Events ?? [];
    expect(stop?.ReadOnly).toBe('false');
    expect(await names(by('EventId', stop?.EventId ?? ''))).toEqual(['StopNotebookInstance']);
  });

  test.each([
    ['a page of 51', { MaxResults: 51 }, 'InvalidMaxResultsException'],
    ['time backwards', { StartTime: new Date(2_000_000), EndTime: new Date(1_000_000) }, 'InvalidTimeRangeException'],
    [
      'an unknown attribute',
      { LookupAttributes: [{ AttributeKey: 'Colour', AttributeValue: 'x' }] },
      'InvalidLookupAttributesException',
    ],
  ])('refuses %s', async (_what, input, name) => {
    expect((await refusal(lookup(input as LookupEventsCommandInput))).name).toBe(name);
  });

  test('the window is inclusive, and the Region its own', async () => {
    const at = Math.floor(clock.now() / 1000) * 1000;
    await clients.sagemaker.send(new sm.ListModelsCommand({}));
    await clock.advance(published);
    const exact = await lookup({ ...by('EventName', 'ListModels'), StartTime: new Date(at), EndTime: new Date(at) });
    expect(exact.Events).toHaveLength(1);
    const elsewhere = clientsOf({ ...range, region: 'eu-west-1' });
    expect((await elsewhere.cloudtrail.send(new LookupEventsCommand(by('EventName', 'ListModels')))).Events).toEqual(
      [],
    );
  });

  test('the rate is one of the account’s time', async () => {
    const own = new ManualClock();
    const fast = await startRange({ speed: 20 }, own);
    const { cloudtrail } = clientsOf(fast);
    const ask = () => cloudtrail.send(new LookupEventsCommand({}));
    await ask();
    await ask();
    expect((await refusal(ask())).name).toBe('ThrottlingException');
    await own.advance(25);
    await ask();
    await fast.close();
  });
});

test('faults of the trail: an event may be listed twice, over pages, and late', async () => {
  const own = new ManualClock();
  const faulty = await startRange({ faults: { trail: { lagMs: [200_000, 300_000], duplicates: 1 } } }, own);
  const from = clientsOf(faulty);
  for (let index = 0; index < 6; index += 1) {
    await from.sagemaker.send(new sm.ListModelsCommand({}));
    await own.advance(1000);
  }
  await own.advance(180_000);
  const ask = async (token?: string) => {
    await own.advance(1000);
    const page = { ...by('EventName', 'ListModels'), MaxResults: 4, ...(token ? { NextToken: token } : {}) };
    return from.cloudtrail.send(new LookupEventsCommand(page));
  };
  expect((await ask()).Events).toEqual([]);
  await own.advance(200_000);
  const ids: (string | undefined)[] = [];
  let token: string | undefined;
  do {
    const page = await ask(token);
    ids.push(...(page.Events ?? []).map(({ EventId }) => EventId));
    token = page.NextToken;
  } while (token);
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(6);
  await faulty.close();
});

describe('the trail', () => {
  const arn = 'arn:aws:cloudtrail:us-east-1:111122223333:trail/main-trail';

  test('is described at home and, as a shadow, everywhere else', async () => {
    const described = {
      Name: 'main-trail',
      TrailARN: arn,
      HomeRegion: 'us-east-1',
      IsMultiRegionTrail: true,
      IsOrganizationTrail: false,
      IncludeGlobalServiceEvents: true,
      CloudWatchLogsLogGroupArn:
        'arn:aws:logs:us-east-1:111122223333:log-group:aws-cloudtrail-logs-111122223333-main:*',
    };
    const elsewhere = clientsOf({ ...range, region: 'eu-west-1' });
    const list = async (from: typeof clients, input: object) =>
      (await from.cloudtrail.send(new DescribeTrailsCommand(input))).trailList;
    expect(await list(clients, {})).toEqual([expect.objectContaining(described)]);
    expect(await list(elsewhere, {})).toEqual([expect.objectContaining(described)]);
    expect(await list(elsewhere, { includeShadowTrails: false })).toEqual([]);
    expect(await list(elsewhere, { trailNameList: ['main-trail'] })).toEqual([]);
    expect(await list(elsewhere, { trailNameList: [arn] })).toHaveLength(1);
    const { Trails } = await elsewhere.cloudtrail.send(new ListTrailsCommand({}));
    expect(Trails).toEqual([{ Name: 'main-trail', TrailARN: arn, HomeRegion: 'us-east-1' }]);
  });

  test('logs, and says when it last delivered', async () => {
    await clients.sagemaker.send(new sm.ListModelsCommand({}));
    await clock.advance(published);
    const status = await clients.cloudtrail.send(new GetTrailStatusCommand({ Name: 'main-trail' }));
    expect(status.IsLogging).toBe(true);
    expect(status.LatestCloudWatchLogsDeliveryError).toBeUndefined();
    const delivered = status.LatestCloudWatchLogsDeliveryTime?.getTime() ?? 0;
    expect(delivered).toBeGreaterThan(clock.now() - 30_000);
    expect(delivered).toBeLessThanOrEqual(clock.now());
    const elsewhere = clientsOf({ ...range, region: 'eu-west-1' }).cloudtrail;
    expect((await elsewhere.send(new GetTrailStatusCommand({ Name: arn }))).IsLogging).toBe(true);
    expect((await refusal(elsewhere.send(new GetTrailStatusCommand({ Name: 'main-trail' })))).name).toBe(
      'TrailNotFoundException',
    );
  });

  test('selects management events, invocations and S3 objects', async () => {
    const selectors = await clients.cloudtrail.send(new GetEventSelectorsCommand({ TrailName: arn }));
    expect(selectors.TrailARN).toBe(arn);
    const fields = selectors.AdvancedEventSelectors?.map(({ FieldSelectors }) =>
      FieldSelectors?.map(({ Field, Equals }) => `${Field}=${Equals?.join()}`).join(' '),
    );
    expect(fields).toEqual([
      'eventCategory=Management',
      'eventCategory=Data resources.type=AWS::SageMaker::Endpoint',
      'eventCategory=Data resources.type=AWS::S3::Object',
    ]);
  });

  test('can be missing', async () => {
    const without = await startRange({ trail: false }, new ManualClock());
    const { cloudtrail } = clientsOf(without);
    expect((await cloudtrail.send(new DescribeTrailsCommand({}))).trailList).toEqual([]);
    expect((await cloudtrail.send(new ListTrailsCommand({}))).Trails).toEqual([]);
    const refused = await refusal(cloudtrail.send(new GetTrailStatusCommand({ Name: 'main-trail' })));
    expect(refused).toEqual({
      name: 'TrailNotFoundException',
      message: `Unknown trail: ${arn} for the user: 111122223333`,
    });
    await without.close();
  });
});
