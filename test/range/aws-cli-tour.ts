/**
 * Drives the range with the AWS CLI, a client that is not ours, and compares its answers with the range's state.
 * `node test/range/aws-cli-tour.ts` prints a line a command and ends with `N passed, N failed`; without `aws` it says so and ends with 0.
 */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { isDeepStrictEqual, promisify } from 'node:util';
import { startRange } from '../../src/range/range.ts';

if (spawnSync('aws', ['--version'], { timeout: 60_000 }).status !== 0) {
  process.stdout.write('aws-cli-tour.ts skipped: there is no `aws` on this machine\n');
  process.exit(0);
}

// The CLI's answers and the account's state are JSON of hundreds of shapes.
// biome-ignore lint/suspicious/noExplicitAny: looked into by path only
type Json = any;

const range = await startRange({ speed: 500 });
const env = {
  PATH: process.env.PATH ?? '',
  HOME: '/nonexistent',
  AWS_REGION: range.region,
  AWS_DEFAULT_REGION: range.region,
  AWS_ACCESS_KEY_ID: range.credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: range.credentials.secretAccessKey,
  AWS_SESSION_TOKEN: range.credentials.sessionToken,
  AWS_DISABLE_HOST_PREFIX_INJECTION: 'true',
  AWS_PAGER: '',
  AWS_MAX_ATTEMPTS: '3',
};
const options = ['--endpoint-url', range.endpoint, '--output', 'json'];

/** What a command prints. @throws Error with what AWS said on stderr */
async function aws(command: string, ...more: readonly string[]): Promise<Json> {
  const { stdout } = await promisify(execFile)('aws', [...options, ...command.split(' '), ...more], {
    env,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout.trim() === '' ? undefined : JSON.parse(stdout);
}
const stateNow = async (): Promise<Json> => JSON.parse(await range.state());
const home = (state: Json): Json => state.regions.find(({ name }: Json) => name === range.region);

let passed = 0;
let failed = 0;
/** @param check What is wrong, or nothing. */
async function step(what: string, check: () => Promise<unknown>): Promise<void> {
  try {
    const wrong = await check();
    if (wrong !== undefined) throw new Error(String(wrong));
    passed += 1;
    process.stdout.write(`ok    ${what}\n`);
  } catch (error) {
    failed += 1;
    process.stdout.write(`FAIL  ${what}: ${(error as Error).message.split('\n').slice(0, 4).join(' ')}\n`);
  }
}
const same = (got: unknown, wanted: unknown): string | undefined =>
  isDeepStrictEqual(got, wanted) ? undefined : `got ${JSON.stringify(got)}, wanted ${JSON.stringify(wanted)}`;
const names = (list: readonly Json[], member: string): readonly string[] => list.map((one) => one[member]).sort();
/** @returns What is wrong when the command is not refused with this code. */
async function refused(code: RegExp, command: string, ...more: readonly string[]): Promise<string | undefined> {
  try {
    await aws(command, ...more);
  } catch (error) {
    const said = String((error as { stderr?: string }).stderr ?? error);
    return code.test(said) ? undefined : `refused otherwise: ${said.trim()}`;
  }
  return 'was not refused';
}
/** Waits until AWS answers so. */
async function until(command: string, wanted: (answer: Json) => boolean): Promise<string | undefined> {
  let last: Json;
  for (let tries = 0; tries < 40; tries += 1) {
    last = await aws(command);
    if (wanted(last)) return undefined;
  }
  return `never came: ${JSON.stringify(last)?.slice(0, 200)}`;
}

const start = await stateNow();
const lists: readonly (readonly [command: string, list: string, member: string, inState: (region: Json) => Json])[] = [
  ['sagemaker list-endpoints', 'Endpoints', 'EndpointName', ({ endpoints }) => endpoints],
  [
    'sagemaker list-endpoint-configs',
    'EndpointConfigs',
    'EndpointConfigName',
    ({ endpointConfigs }) => endpointConfigs,
  ],
  ['sagemaker list-models', 'Models', 'ModelName', ({ models }) => models],
  [
    'sagemaker list-notebook-instances',
    'NotebookInstances',
    'NotebookInstanceName',
    ({ notebookInstances }) => notebookInstances,
  ],
  [
    'sagemaker list-inference-components',
    'InferenceComponents',
    'InferenceComponentName',
    ({ inferenceComponents }) => inferenceComponents,
  ],
  [
    'sagemaker list-notebook-instance-lifecycle-configs',
    'NotebookInstanceLifecycleConfigs',
    'NotebookInstanceLifecycleConfigName',
    ({ lifecycleConfigs }) => lifecycleConfigs,
  ],
];
for (const [command, list, member, inState] of lists)
  await step(command, async () => {
    const things: readonly Json[] = inState(home(start));
    const given = names((await aws(command))[list], member);
    return same(given, things.map((one) => one.name ?? one[member]).sort());
  });

await step('sagemaker list-endpoints, page by page', async () => {
  const first = await aws('sagemaker list-endpoints --max-results 1 --no-paginate');
  if (first.Endpoints.length !== 1 || !first.NextToken) return `no page of one: ${JSON.stringify(first)}`;
  const all = await aws('sagemaker list-endpoints --page-size 1');
  return same(all.Endpoints.length, home(start).endpoints.length);
});
await step('a token of another question is refused', async () => {
  const { NextToken } = await aws('sagemaker list-endpoints --max-results 1 --no-paginate');
  return refused(/ValidationException|InvalidNextToken/, 'sagemaker list-models --no-paginate --next-token', NextToken);
});
await step('sagemaker describe-endpoint', async () => {
  const answer = await aws('sagemaker describe-endpoint --endpoint-name fraud-scorer');
  return same([answer.EndpointStatus, answer.EndpointArn.split(':')[4]], ['InService', range.account]);
});
await step('sagemaker describe-endpoint of none', () =>
  refused(/ValidationException.*Could not find endpoint/s, 'sagemaker describe-endpoint --endpoint-name none-such'),
);
await step('sagemaker describe-notebook-instance, its role in IAM', async () => {
  const { RoleArn } = await aws('sagemaker describe-notebook-instance --notebook-instance-name fraud-lab');
  const { Role } = await aws('iam get-role --role-name', RoleArn.split('/').at(-1));
  return same(Role.Arn, RoleArn);
});
await step('sagemaker stop-notebook-instance, until it is stopped', async () => {
  await aws('sagemaker stop-notebook-instance --notebook-instance-name fraud-lab');
  return until(
    'sagemaker describe-notebook-instance --notebook-instance-name fraud-lab',
    ({ NotebookInstanceStatus }) => NotebookInstanceStatus === 'Stopped',
  );
});
await step('sagemaker stop-notebook-instance again', () =>
  refused(/ValidationException/, 'sagemaker stop-notebook-instance --notebook-instance-name fraud-lab'),
);
await step('sagemaker update-notebook-instance', async () => {
  await aws('sagemaker update-notebook-instance --notebook-instance-name fraud-lab --root-access Disabled');
  return until(
    'sagemaker describe-notebook-instance --notebook-instance-name fraud-lab',
    ({ RootAccess, NotebookInstanceStatus }) => RootAccess === 'Disabled' && NotebookInstanceStatus === 'Stopped',
  );
});
await step('sagemaker start-notebook-instance', async () => {
  await aws('sagemaker start-notebook-instance --notebook-instance-name fraud-lab');
  return until(
    'sagemaker describe-notebook-instance --notebook-instance-name fraud-lab',
    ({ NotebookInstanceStatus }) => NotebookInstanceStatus === 'InService',
  );
});
await step('sagemaker create-presigned-notebook-instance-url', async () => {
  const { AuthorizedUrl } = await aws(
    'sagemaker create-presigned-notebook-instance-url --notebook-instance-name fraud-lab',
  );
  return new URL(AuthorizedUrl).protocol.startsWith('http') ? undefined : AuthorizedUrl;
});
await step('sagemaker create-model, -endpoint-config, -endpoint, until it serves', async () => {
  const { PrimaryContainer, ExecutionRoleArn } = await aws('sagemaker describe-model --model-name fraud-model-v3');
  await aws(
    'sagemaker create-model --model-name tour-model --execution-role-arn',
    ExecutionRoleArn,
    '--primary-container',
    JSON.stringify({ Image: PrimaryContainer.Image, ModelDataUrl: PrimaryContainer.ModelDataUrl }),
  );
  await aws(
    'sagemaker create-endpoint-config --endpoint-config-name tour-config --production-variants',
    JSON.stringify([
      { VariantName: 'AllTraffic', ModelName: 'tour-model', InitialInstanceCount: 1, InstanceType: 'ml.m5.large' },
    ]),
  );
  await aws('sagemaker create-endpoint --endpoint-name tour --endpoint-config-name tour-config');
  return until(
    'sagemaker describe-endpoint --endpoint-name tour',
    ({ EndpointStatus }) => EndpointStatus === 'InService',
  );
});
await step('sagemaker create-endpoint again', () =>
  refused(
    /ValidationException.*already existing/s,
    'sagemaker create-endpoint --endpoint-name tour --endpoint-config-name tour-config',
  ),
);
await step('sagemaker add-tags, list-tags', async () => {
  const { EndpointArn } = await aws('sagemaker describe-endpoint --endpoint-name tour');
  await aws('sagemaker add-tags --tags Key=team,Value=tour --resource-arn', EndpointArn);
  const { Tags } = await aws('sagemaker list-tags --resource-arn', EndpointArn);
  return same(Tags, [{ Key: 'team', Value: 'tour' }]);
});
await step('sagemaker delete-endpoint, until it is gone', async () => {
  await aws('sagemaker delete-endpoint --endpoint-name tour');
  for (let tries = 0; tries < 40; tries += 1)
    if (!(await aws('sagemaker list-endpoints')).Endpoints.some(({ EndpointName }: Json) => EndpointName === 'tour'))
      return home(await stateNow()).endpoints.some((one: Json) => one.name === 'tour')
        ? 'still in the state'
        : undefined;
  return 'still listed';
});
await step('sagemaker list-training-jobs', async () =>
  Array.isArray((await aws('sagemaker list-training-jobs')).TrainingJobSummaries) ? undefined : 'no list',
);
await step('sagemaker list-domains, describe-domain', async () => {
  const { Domains } = await aws('sagemaker list-domains');
  const { DomainArn } = await aws('sagemaker describe-domain --domain-id', Domains[0].DomainId);
  return same(DomainArn, Domains[0].DomainArn);
});
await step('sagemaker list-user-profiles', async () =>
  same(names((await aws('sagemaker list-user-profiles')).UserProfiles, 'UserProfileName'), ['alice', 'bob', 'carol']),
);

await step('iam list-roles', async () =>
  same(
    (await aws('iam list-roles')).Roles.map(({ Arn }: Json) => Arn).sort(),
    start.roles.map(({ arn }: Json) => arn).sort(),
  ),
);
await step('iam list-users', async () =>
  same(
    (await aws('iam list-users')).Users.map(({ Arn }: Json) => Arn).sort(),
    start.users.map(({ arn }: Json) => arn).sort(),
  ),
);
await step('iam list-attached-role-policies, list-role-policies, get-role-policy', async () => {
  const role = start.roles.find(({ arn }: Json) => arn.endsWith('/ds-exec'));
  const { AttachedPolicies } = await aws('iam list-attached-role-policies --role-name ds-exec');
  const { PolicyNames } = await aws('iam list-role-policies --role-name ds-exec');
  const { PolicyDocument } = await aws('iam get-role-policy --role-name ds-exec --policy-name', PolicyNames[0]);
  return same(
    [AttachedPolicies.map(({ PolicyArn }: Json) => PolicyArn).sort(), PolicyNames, PolicyDocument],
    [[...role.attached].sort(), Object.keys(role.inline).sort(), JSON.parse(role.inline[PolicyNames[0]])],
  );
});
const deny = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: 'sagemaker:*', Resource: '*' }],
});
await step('iam put-role-policy, simulate-principal-policy, delete-role-policy', async () => {
  const { Role } = await aws('iam get-role --role-name ds-exec');
  const decision = async () =>
    (
      await aws(
        'iam simulate-principal-policy --action-names sagemaker:StopNotebookInstance --policy-source-arn',
        Role.Arn,
      )
    ).EvaluationResults[0].EvalDecision;
  const before = await decision();
  await aws('iam put-role-policy --role-name ds-exec --policy-name tour --policy-document', deny);
  const during = await decision();
  await aws('iam delete-role-policy --role-name ds-exec --policy-name tour');
  return same([before === 'explicitDeny', during, await decision()], [false, 'explicitDeny', before]);
});
await step('iam put-role-policy that is no JSON', () =>
  refused(
    /MalformedPolicyDocument/,
    'iam put-role-policy --role-name ds-exec --policy-name tour --policy-document',
    '{',
  ),
);
await step('iam get-role of none', () => refused(/NoSuchEntity/, 'iam get-role --role-name none-such'));
await step('iam update-access-key, list-access-keys', async () => {
  const user = start.users[0].arn.split('/').at(-1);
  const { AccessKeyMetadata } = await aws('iam list-access-keys --user-name', user);
  const id = AccessKeyMetadata[0].AccessKeyId;
  const set = (status: string) =>
    aws(`iam update-access-key --user-name ${user} --access-key-id ${id} --status ${status}`);
  await set('Inactive');
  const state = await stateNow();
  await set('Active');
  return same(state.keys.find(({ accessKeyId }: Json) => accessKeyId === id)?.active, false);
});
await step('iam get-account-authorization is not served: an error that AWS knows', () =>
  refused(/InvalidAction|UnknownOperation/, 'iam get-account-authorization-details'),
);
await step('sts get-caller-identity', async () => same((await aws('sts get-caller-identity')).Account, range.account));
await step('sts get-access-key-info', async () =>
  same((await aws('sts get-access-key-info --access-key-id', start.keys[0].accessKeyId)).Account, range.account),
);

await step('logs describe-log-groups, put-, get- and filter-log-events', async () => {
  await aws('logs create-log-group --log-group-name /tour');
  await aws('logs create-log-stream --log-group-name /tour --log-stream-name s');
  const at = Date.now();
  const lines = ['first ERROR here', '{"level":"warn","code":7}', 'last'];
  await aws(
    'logs put-log-events --log-group-name /tour --log-stream-name s --log-events',
    JSON.stringify(lines.map((message, n) => ({ timestamp: at + n, message }))),
  );
  const all = await aws('logs get-log-events --log-group-name /tour --log-stream-name s --start-from-head');
  const filtered = await aws('logs filter-log-events --log-group-name /tour --filter-pattern', '{ $.code = 7 }');
  const words = await aws('logs filter-log-events --log-group-name /tour --filter-pattern', 'ERROR');
  const { logGroups } = await aws('logs describe-log-groups --log-group-name-prefix /tour');
  return same(
    [
      all.events.map(({ message }: Json) => message),
      filtered.events.map(({ message }: Json) => message),
      words.events.map(({ message }: Json) => message),
      names(logGroups, 'logGroupName'),
    ],
    [lines, [lines[1]], [lines[0]], ['/tour']],
  );
});
await step('logs put-retention-policy', async () => {
  await aws('logs put-retention-policy --log-group-name /tour --retention-in-days 7');
  return same((await aws('logs describe-log-groups --log-group-name-prefix /tour')).logGroups[0].retentionInDays, 7);
});
await step('logs start-live-tail', async () => {
  const { logGroups } = await aws('logs describe-log-groups --log-group-name-prefix /tour');
  const arn = String(logGroups[0].logGroupArn ?? logGroups[0].arn).replace(/:\*$/, '');
  const tail = spawn(
    'aws',
    ['--endpoint-url', range.endpoint, 'logs', 'start-live-tail', '--log-group-identifiers', arn],
    { env },
  );
  try {
    return await new Promise<string | undefined>((resolve) => {
      let said = '';
      let put: NodeJS.Timeout | undefined;
      const hear = (chunk: Buffer) => {
        said += chunk;
        if (said.includes('a line of the tour')) resolve(undefined);
      };
      tail.stdout.on('data', hear);
      tail.stderr.on('data', hear);
      tail.on('close', (code) => resolve(`ended with ${code}: ${said.slice(0, 300)}`));
      // A tail shows what comes after it began: lines are put until one is shown.
      const putOne = async () => {
        await aws(
          'logs put-log-events --log-group-name /tour --log-stream-name s --log-events',
          JSON.stringify([{ timestamp: Date.now(), message: 'a line of the tour' }]),
        ).catch(() => undefined); // The next one is tried.
        put = setTimeout(putOne, 500);
      };
      void putOne();
      setTimeout(() => {
        clearTimeout(put);
        resolve(`nothing came: ${said.slice(0, 300)}`);
      }, 60_000).unref();
      tail.on('close', () => clearTimeout(put));
    });
  } finally {
    tail.kill('SIGKILL');
  }
});
await step('logs delete-log-group', async () => {
  await aws('logs delete-log-group --log-group-name /tour');
  return same((await aws('logs describe-log-groups --log-group-name-prefix /tour')).logGroups, []);
});

await step('cloudtrail describe-trails, get-trail-status, get-event-selectors', async () => {
  const { trailList } = await aws('cloudtrail describe-trails');
  const { IsLogging } = await aws('cloudtrail get-trail-status --name', trailList[0].TrailARN);
  const selectors = await aws('cloudtrail get-event-selectors --trail-name', trailList[0].TrailARN);
  return same([IsLogging, selectors.TrailARN], [start.logging.trail, trailList[0].TrailARN]);
});
await step('cloudtrail lookup-events finds what this tour did', async () =>
  until(
    'cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteEndpoint',
    ({ Events }) =>
      Events.length === 1 &&
      JSON.parse(Events[0].CloudTrailEvent).userAgent.includes('aws-cli') &&
      Events[0].Resources.some(({ ResourceName }: Json) => ResourceName === 'tour'),
  ),
);
// AWS does not refuse a second attribute: it takes no notice of it.
await step('cloudtrail lookup-events by two attributes', async () => {
  const { Events } = await aws(
    'cloudtrail lookup-events --lookup-attributes AttributeKey=EventName,AttributeValue=DeleteEndpoint AttributeKey=Username,AttributeValue=nobody',
  );
  return same(names(Events, 'EventName'), ['DeleteEndpoint']);
});
await step('cloudtrail stop-logging, start-logging', async () => {
  const { trailList } = await aws('cloudtrail describe-trails');
  await aws('cloudtrail stop-logging --name', trailList[0].TrailARN);
  const off = (await aws('cloudtrail get-trail-status --name', trailList[0].TrailARN)).IsLogging;
  await aws('cloudtrail start-logging --name', trailList[0].TrailARN);
  return same([off, (await stateNow()).logging.trail], [false, true]);
});

await step('cloudwatch list-metrics', async () => {
  const { Metrics } = await aws('cloudwatch list-metrics --namespace AWS/SageMaker --metric-name Invocations');
  return Metrics.some(({ Dimensions }: Json) => Dimensions.some(({ Value }: Json) => Value === 'fraud-scorer'))
    ? undefined
    : JSON.stringify(Metrics).slice(0, 200);
});
await step('cloudwatch get-metric-data', async () => {
  const { MetricDataResults } = await aws(
    `cloudwatch get-metric-data --start-time ${new Date(Date.now() - 3_600_000).toISOString()} --end-time ${new Date().toISOString()} --metric-data-queries`,
    JSON.stringify([
      {
        Id: 'i',
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SageMaker',
            MetricName: 'Invocations',
            Dimensions: [
              { Name: 'EndpointName', Value: 'fraud-scorer' },
              { Name: 'VariantName', Value: 'AllTraffic' },
            ],
          },
          Period: 60,
          Stat: 'Sum',
        },
      },
    ]),
  );
  return same([MetricDataResults[0].Id, MetricDataResults[0].StatusCode], ['i', 'Complete']);
});

await step('s3api list-buckets, list-objects-v2, get-bucket-location', async () => {
  const { Buckets } = await aws('s3api list-buckets');
  const bucket = start.buckets[0];
  const { Contents } = await aws('s3api list-objects-v2 --bucket', bucket.name);
  await aws('s3api get-bucket-location --bucket', bucket.name);
  return same(
    [names(Buckets, 'Name'), names(Contents, 'Key')],
    [names(start.buckets, 'name'), Object.keys(bucket.objects).sort()],
  );
});
await step('s3api put-, get- and delete-bucket-policy', async () => {
  const [{ name }] = start.buckets;
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Principal: '*', Action: 's3:DeleteObject', Resource: `arn:aws:s3:::${name}/*` }],
  });
  await aws(`s3api put-bucket-policy --bucket ${name} --policy`, policy);
  const { Policy } = await aws('s3api get-bucket-policy --bucket', name);
  await aws('s3api delete-bucket-policy --bucket', name);
  return (
    same(JSON.parse(Policy), JSON.parse(policy)) ??
    refused(/NoSuchBucketPolicy/, 's3api get-bucket-policy --bucket', name)
  );
});
await step('application-autoscaling describe-scalable-targets', async () => {
  const { ScalableTargets } = await aws(
    'application-autoscaling describe-scalable-targets --service-namespace sagemaker',
  );
  return same(ScalableTargets.length, home(start).scalableTargets.length);
});
await step('events list-rules', async () =>
  Array.isArray((await aws('events list-rules')).Rules) ? undefined : 'no list',
);
await step('scheduler list-schedules', async () =>
  Array.isArray((await aws('scheduler list-schedules')).Schedules) ? undefined : 'no list',
);

process.stdout.write(`${passed} passed, ${failed} failed\n`);
await range.close();
process.exit(failed > 0 ? 1 : 0);
