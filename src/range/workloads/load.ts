import { Random } from '../random.ts';
import { askEndpoint, instanceStream } from './application.ts';
import { notebookGroup } from './notebook-lines.ts';
import type { Workload } from './workload.ts';

/** Real ms between two batches. */
const batchMs = 100;

/** What somebody reads all the time. */
const reads: readonly { readonly operation: string; readonly input: { readonly [member: string]: string } }[] = [
  { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'fraud-scorer' } },
  { operation: 'sagemaker:DescribeEndpoint', input: { EndpointName: 'recsys-ranker' } },
  { operation: 'sagemaker:DescribeNotebookInstance', input: { NotebookInstanceName: 'fraud-lab' } },
  { operation: 'sagemaker:ListModels', input: {} },
  { operation: 'sagemaker:ListEndpoints', input: {} },
];

/**
 * Publishes so many things a second of real time beside the story, spread evenly: every other one a CloudTrail record (two reads to one
 * invocation), the rest log lines of the endpoints and notebooks that run. All of it is in the truth file.
 */
export function startLoad(workload: Workload, rate: number, from: number): void {
  const { account, door, logs, operations, people, schedule, seed } = workload;
  const chance = new Random(`${seed} load`);
  const caller = people.get('bob');
  if (!caller) throw new Error('workload: nobody is called bob');
  const home = account.homeRegion;
  const region = account.region(home);
  const known = reads.map(({ operation: wanted, input }) => {
    const operation = operations.find(({ service, name }) => `${service}:${name}` === wanted);
    if (!operation) throw new Error(`workload: there is no operation ${wanted}`);
    return { operation, input };
  });

  const record = (at: number) => {
    const endpoints = [...region.endpoints.values()];
    if (endpoints.length > 0 && chance.next() < 1 / 3) {
      askEndpoint(workload, chance.pick(endpoints), at, { event: chance.uuid(), request: chance.uuid() });
      return;
    }
    door.serve({
      ...chance.pick(known),
      caller,
      region: home,
      at,
      sourceIp: '203.0.113.24',
      userAgent: 'Boto3/1.41.5 md/Botocore#1.41.5 ua/2.1 os/linux#6.8.0-1030-aws lang/python#3.12.11',
      random: chance,
      requestId: chance.uuid(),
    });
  };
  /** The places that may write now: a deleted endpoint is silent under load as well. */
  const writers = () => [
    ...[...region.notebookInstances.values()]
      .filter(({ status }) => status === 'InService')
      .map(({ name }) => ({ group: notebookGroup, stream: `${name}/jupyter.log` })),
    ...[...region.endpoints.values()]
      .filter(({ status }) => status === 'InService' || status === 'Updating')
      .flatMap((endpoint) =>
        endpoint.variants.slice(0, 1).map((variant) => ({
          group: `/aws/sagemaker/Endpoints/${endpoint.name}`,
          stream: instanceStream(seed, endpoint, variant, 0),
        })),
      ),
  ];

  let due = 0;
  let made = 0;
  const batch = (end: number) => {
    due += (rate * batchMs) / 1000;
    const count = Math.floor(due);
    due -= count;
    const places = writers().map((place) => ({ ...place, lines: [] as { timestamp: number; message: string }[] }));
    for (let index = 0; index < count; index += 1) {
      made += 1;
      const at = Math.trunc(end - batchMs + ((index + 1) * batchMs) / count);
      if (made % 2 === 1) record(at);
      else
        places[(made / 2) % places.length]?.lines.push({
          timestamp: at,
          message: `INFO:load:item ${made} of ${chance.letters(8)} done in ${chance.between(1, 90).toFixed(1)} ms`,
        });
    }
    for (const { group, stream, lines } of places) if (lines.length > 0) logs.put(home, group, stream, lines);
    schedule.at(end + batchMs, () => batch(end + batchMs));
  };
  if (rate > 0) schedule.at(from + batchMs, () => batch(from + batchMs));
}
