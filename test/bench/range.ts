import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startRange } from './start-range.ts';

/** What the range costs while somebody watches it closely. */
export interface RangeCost {
  /** Of one core, 0 to 1 and above. */
  readonly cpu: number;
  /** ms each, unsorted. */
  readonly describes: readonly number[];
  /** Published in the time measured, by the truth file, a second. */
  readonly published: number;
  /** Lines that all tails together showed, a second. */
  readonly shown: number;
}

/** Groups that are written under load, so that every tail has all of it. */
const groups = [
  'aws-cloudtrail-logs-111122223333-main',
  '/aws/sagemaker/Endpoints/fraud-scorer',
  '/aws/sagemaker/Endpoints/recsys-ranker',
  '/aws/sagemaker/NotebookInstances',
];

/** Runs the bundled range at a rate with so many open tails of everything, and asks it for states meanwhile. */
export async function rangeCost(options: {
  readonly program: string;
  readonly folder: string;
  readonly rate: number;
  readonly tails: number;
  readonly seconds: number;
  /** Processor time of a process so far, ms. */
  readonly cpuOf: (pid: number) => number;
}): Promise<RangeCost> {
  const { cpuOf, folder, program, rate, seconds, tails } = options;
  const truth = join(folder, 'range.truth.jsonl');
  const faults = join(folder, 'range.faults.json');
  // AWS lets an account have 15 Live Tail sessions, and more when asked.
  writeFileSync(faults, JSON.stringify({ tails: { sessions: tails } }));
  const flags = ['--rate', `${rate}`, '--truth', truth, '--faults', faults];
  const range = await startRange(program, flags);
  const setting = (name: string) => range.env[name] ?? '';
  const agent = new Agent({ keepAlive: true });
  const call = (service: string, target: string, input: object): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const asked = request(
        setting('AWS_ENDPOINT_URL'),
        {
          agent,
          method: 'POST',
          headers: {
            'content-type': 'application/x-amz-json-1.1',
            'x-amz-target': target,
            'x-amz-security-token': setting('AWS_SESSION_TOKEN'),
            authorization: `AWS4-HMAC-SHA256 Credential=${setting('AWS_ACCESS_KEY_ID')}/20261123/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`,
          },
        },
        (answer) =>
          answer.statusCode === 200 ? resolve(answer) : reject(new Error(`${target}: ${answer.statusCode}`)),
      );
      asked.on('error', reject);
      asked.end(JSON.stringify(input));
    });
  let shown = 0;
  const open: IncomingMessage[] = [];
  for (let count = 0; count < tails; count += 1) {
    const answer = await call('logs', 'Logs_20140328.StartLiveTail', {
      logGroupIdentifiers: groups.map((name) => `arn:aws:logs:us-east-1:111122223333:log-group:${name}`),
    });
    // Counted, not parsed: what the client needs is no part of what the range costs.
    answer.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf('"ingestionTime"'); at >= 0; at = chunk.indexOf('"ingestionTime"', at + 1))
        shown += 1;
    });
    open.push(answer);
    // StartLiveTail may be called five times a second.
    await pause(250);
  }
  const { pid } = range;
  const read = () => readFileSync(truth, 'utf8').split('\n').length;
  await pause(3_000);
  const [before, lines, lookedAt, from] = [cpuOf(pid), read(), shown, performance.now()];
  const describes: number[] = [];
  while (performance.now() - from < seconds * 1_000) {
    for (const [target, input] of [
      ['SageMaker.DescribeEndpoint', { EndpointName: 'fraud-scorer' }],
      ['SageMaker.DescribeNotebookInstance', { NotebookInstanceName: 'fraud-lab' }],
    ] as const) {
      const began = performance.now();
      const answer = await call('sagemaker', target, input);
      for await (const _ of answer) {
        // To its end: an answer is one when all of it is there.
      }
      describes.push(performance.now() - began);
    }
    await pause(50);
  }
  const spent = performance.now() - from;
  const cost = {
    cpu: (cpuOf(pid) - before) / spent,
    describes,
    published: ((read() - lines) * 1_000) / spent,
    shown: ((shown - lookedAt) * 1_000) / spent,
  };
  for (const answer of open) answer.destroy();
  agent.destroy();
  await range.stop();
  return cost;
}
