import { afterEach, describe, expect, test } from 'vitest';
import { inside } from './inside.ts';

const minute = 60_000;
const group = '/aws/events/sagemaker';

interface Envelope {
  readonly id: string;
  readonly 'detail-type': string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: { readonly [member: string]: unknown };
}

let world: Awaited<ReturnType<typeof inside>>;
afterEach(() => world.close());

const events = (): readonly Envelope[] => world.lines(group).map(({ message }) => JSON.parse(message) as Envelope);
/** The events the truth file has, in order of their publication. */
function changes(): readonly Envelope[] {
  const byId = new Map(events().map((event) => [event.id, event]));
  return world
    .truth()
    .filter(({ kind }) => kind === 'eventbridge')
    .map(({ id }) => byId.get(id) as Envelope);
}
const statuses = (type: string, member: string) =>
  changes()
    .filter((event) => event['detail-type'] === `SageMaker ${type} State Change`)
    .map(({ detail }) => detail[member]);

describe('state changes', () => {
  test('of an endpoint, in EventBridge’s spelling and times, soon after they happen', async () => {
    world = await inside();
    const at = world.clock.now();
    world.call('sagemaker:CreateEndpoint', { EndpointName: 'Extra', EndpointConfigName: 'recsys-ranker-v12' });
    await world.clock.advance(2_000);
    const [first] = changes();
    expect(first).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'SageMaker Endpoint State Change',
      source: 'aws.sagemaker',
      account: '111122223333',
      time: `${new Date(at).toISOString().slice(0, 19)}Z`,
      region: 'us-east-1',
      resources: ['arn:aws:sagemaker:us-east-1:111122223333:endpoint/extra'],
      detail: {
        EndpointName: 'Extra',
        EndpointArn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/extra',
        EndpointConfigName: 'recsys-ranker-v12',
        EndpointStatus: 'CREATING',
        CreationTime: at,
        LastModifiedTime: at,
      },
    });
    expect(world.lines(group)[0]?.stream).toMatch(/^[0-9a-f-]{36}$/);
    await world.clock.advance(5 * minute);
    world.call('sagemaker:UpdateEndpoint', { EndpointName: 'Extra', EndpointConfigName: 'fraud-scorer-v3' });
    await world.clock.advance(5 * minute);
    world.call('sagemaker:DeleteEndpoint', { EndpointName: 'Extra' });
    await world.clock.advance(5 * minute);
    expect(statuses('Endpoint', 'EndpointStatus')).toEqual([
      'CREATING',
      'IN_SERVICE',
      'UPDATING',
      'IN_SERVICE',
      'DELETING',
    ]);
    expect(statuses('Endpoint Deployment', 'EndpointStatus')).toEqual(['UPDATING', 'IN_SERVICE']);
    expect(statuses('Endpoint Deployment', 'EndpointConfigName')).toEqual(['recsys-ranker-v12', 'fraud-scorer-v3']);
  });

  test('of a notebook, a model and an endpoint config', async () => {
    world = await inside();
    world.call('sagemaker:StopNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
    await world.clock.advance(2 * minute);
    world.call('sagemaker:StartNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
    const ProductionVariants = [{ VariantName: 'v', ModelName: 'fraud-model-v3', InitialInstanceCount: 1 }];
    world.call('sagemaker:CreateModel', {
      ModelName: 'm',
      ExecutionRoleArn: 'arn:aws:iam::111122223333:role/service-role/ds-exec',
    });
    world.call('sagemaker:CreateEndpointConfig', { EndpointConfigName: 'c', ProductionVariants });
    await world.clock.advance(3 * minute);
    world.call('sagemaker:StopNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
    await world.clock.advance(2 * minute);
    world.call('sagemaker:DeleteNotebookInstance', { NotebookInstanceName: 'fraud-lab' });
    await world.clock.advance(2 * minute);
    expect(statuses('Notebook Instance', 'NotebookInstanceStatus')).toEqual([
      'Stopping',
      'Stopped',
      'Pending',
      'InService',
      'Stopping',
      'Stopped',
      'Deleting',
    ]);
    expect(statuses('Model', 'ModelName')).toEqual(['m']);
    expect(statuses('Endpoint Config', 'EndpointConfigName')).toEqual(['c']);
  });

  test('are told several times, and the truth has each once', async () => {
    world = await inside();
    for (let round = 0; round < 40; round += 1) {
      world.call('sagemaker:UpdateEndpointWeightsAndCapacities', {
        EndpointName: 'recsys-ranker',
        DesiredWeightsAndCapacities: [{ VariantName: 'AllTraffic', DesiredInstanceCount: 2 + (round % 3) }],
      });
      await world.clock.advance(2 * minute);
    }
    expect(changes()).toHaveLength(80);
    const known = new Set(changes().map(({ id }) => id));
    const all = events();
    const sameAgain = all.filter(({ id }, index) => all.findIndex((event) => event.id === id) < index);
    expect(sameAgain.length).toBeGreaterThan(2);
    expect(sameAgain.length).toBeLessThan(20);
    const repeats = all.filter(({ id }) => !known.has(id));
    expect(repeats.length).toBeGreaterThan(10);
    expect(repeats.length).toBeLessThan(35);
    for (const repeat of repeats) {
      const original = changes().find(({ detail }) => detail.LastModifiedTime === repeat.detail.LastModifiedTime);
      expect(repeat.detail).toEqual(original?.detail);
      expect(repeat.time >= (original?.time ?? '')).toBe(true);
    }
  });

  test('elsewhere reach no group: the rule lies in the home Region', async () => {
    world = await inside();
    const notebook = { NotebookInstanceName: 'n', InstanceType: 'ml.t3.medium' };
    world.call(
      'sagemaker:CreateNotebookInstance',
      { ...notebook, RoleArn: 'arn:aws:iam::111122223333:role/service-role/ds-exec' },
      'eu-west-1',
    );
    await world.clock.advance(5 * minute);
    expect(events()).toEqual([]);
  });
});
