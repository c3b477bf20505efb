import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ruleAsCommands, ruleAsTerraform } from '../../src/cli/doctor/event-rule.ts';
import { firebreak, startRangeProcess, stateFolder } from '../helpers/firebreak.ts';

interface Answer {
  readonly account: string;
  readonly clockSkewMs: number;
  readonly sources: readonly { readonly title: string; readonly state: string; readonly permission: string | null }[];
  readonly notRecorded: readonly string[];
  readonly permissions: { readonly checked: string; readonly missingToRead: readonly string[] };
}
const stateOf = ({ sources }: Answer, title: string) => sources.find((source) => source.title.startsWith(title))?.state;

it('says what can be watched, and what an account without a trail does not record', async () => {
  const range = await startRangeProcess(['--no-trail', '--speed', '20']);
  const json = await firebreak(['doctor', '--json', '--state-dir', stateFolder()], { env: range.env });
  const text = await firebreak(['doctor', '--region', 'eu-west-1', '--ascii'], { env: range.env });
  await range.stop();
  expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 0, stderr: '' });
  const answer = JSON.parse(json.stdout) as Answer;
  expect(answer).toMatchObject({ account: '111122223333', permissions: { checked: 'simulated', missingToRead: [] } });
  expect(Math.abs(answer.clockSkewMs)).toBeLessThan(5_000);
  expect(stateOf(answer, 'CloudTrail event history')).toBe('ok');
  expect(stateOf(answer, 'Trail log group')).toBe('absent');
  expect(stateOf(answer, 'SageMaker state changes')).toBe('ok');
  expect(answer.notRecorded.join('\n')).toMatch(/trail/i);
  // In a Region where no rule writes to a log group: how to make one, and nothing is made.
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/o SageMaker state changes \(EventBridge\) +eu-west-1/);
  expect(text.stdout).toContain('aws events put-rule --region eu-west-1');
  expect(text.stdout).toContain('resource "aws_cloudwatch_event_rule"');
  expect(text.stdout).toContain('global services in us-east-1');
});

it('tells each source apart from the others when AWS is not there', async () => {
  const server = createServer((_request, response) =>
    response.writeHead(503, { 'content-type': 'text/html' }).end('<p>no'),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { code, stdout, stderr } = await firebreak(['doctor'], {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'x',
    },
  });
  server.close();
  expect(code).toBe(4);
  expect(stdout).toBe('');
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).toContain('gave no AWS answer (HTTP 503)');
});

it('prints commands and Terraform that name one rule, one group and one policy', () => {
  const commands = ruleAsCommands({ partition: 'aws-cn', account: '111122223333', region: 'cn-north-1' });
  const policy = /--policy-document '(.+)'/.exec(commands)?.[1] ?? '';
  expect(JSON.parse(policy)).toMatchObject({
    Statement: [
      {
        Action: 'logs:CreateLogStream',
        Resource: 'arn:aws-cn:logs:cn-north-1:111122223333:log-group:/aws/events/sagemaker:*',
      },
      {
        Action: 'logs:PutLogEvents',
        Resource: 'arn:aws-cn:logs:cn-north-1:111122223333:log-group:/aws/events/sagemaker:*',
        Condition: {
          ArnEquals: { 'aws:SourceArn': 'arn:aws-cn:events:cn-north-1:111122223333:rule/sagemaker-state-changes' },
        },
      },
    ],
  });
  // A stream is made before any rule is named: a condition on the rule would refuse it.
  const [streams, lines] = (JSON.parse(policy) as { Statement: readonly object[] }).Statement;
  expect(streams).not.toHaveProperty('Condition');
  for (const statement of [streams, lines])
    expect(statement).toMatchObject({
      Principal: { Service: ['events.amazonaws.com', 'delivery.logs.amazonaws.com'] },
    });
  expect(ruleAsTerraform.match(/Condition/g)).toHaveLength(1);
  expect(commands.split('\n').every((line) => line.includes('--region cn-north-1'))).toBe(true);
  expect(ruleAsTerraform).toContain('"/aws/events/sagemaker"');
});
