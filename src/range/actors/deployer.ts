import { thingOf } from '../account/things.ts';
import { type Members, structure, structures, text } from '../operation.ts';
import { perform, type World } from '../world.ts';
import type { Actor } from './client.ts';

/** A function that EventBridge calls when a model package is approved. */
export interface Deployer extends Actor {
  /** Whose session it works with, a name in the estate's `people`. */
  readonly who: string;
  /** The rule that calls it: disabled, it is not called. */
  readonly rule: string;
  readonly group: string;
  readonly endpoint: string;
  readonly executionRole: string;
}

const coldStartMs = 7_000;
const stateTries = 12;
const stateMs = 20_000;

/** Deploys what is approved, as CI/CD does; the range calls it as EventBridge would. It asks nobody whose model it is. */
export const deployer =
  (plan: Deployer) =>
  (world: World): void => {
    const region = world.account.region(world.account.homeRegion);
    world.changes.listen(({ detail, detailType }) => {
      const changed = Array.isArray(detail.UpdatedModelPackageFields) ? detail.UpdatedModelPackageFields : [];
      const isNew = detail.ModelPackageStatus === 'Completed' && changed.length === 0;
      if (
        detailType !== 'SageMaker Model Package State Change' ||
        detail.ModelPackageGroupName !== plan.group ||
        detail.ModelApprovalStatus !== 'Approved' ||
        !(isNew || changed.includes('ModelApprovalStatus')) ||
        thingOf(region, 'rule', plan.rule)?.status !== 'ENABLED'
      )
        return;
      perform(world.schedule, deploy(world, plan, text(detail, 'ModelPackageArn')));
    });
  };

async function* deploy(world: World, plan: Deployer, ModelPackageName: string): AsyncGenerator<number, void> {
  const credential = world.people.get(plan.who);
  if (!credential) throw new Error(`scenario: nobody is called ${plan.who}`);
  const call = (operation: string, input: Members) =>
    world.client.call(credential, plan, `sagemaker:${operation}`, input);
  yield coldStartMs;
  const described = await call('DescribeModelPackage', { ModelPackageName });
  const serving = await call('DescribeEndpoint', { EndpointName: plan.endpoint });
  if (!described.ok || !serving.ok) return;
  // The same package may be deployed again: names must be new.
  const stamp = new Date(world.schedule.now).toISOString().slice(11, 19).replaceAll(':', '');
  const name = `${plan.group}-${text(described.output, 'ModelPackageVersion')}-${stamp}`;
  yield 1_500;
  const model = await call('CreateModel', {
    ModelName: name,
    PrimaryContainer: { ModelPackageName },
    ExecutionRoleArn: plan.executionRole,
  });
  if (!model.ok) return;
  yield 1_000;
  const before = await call('DescribeEndpointConfig', {
    EndpointConfigName: text(serving.output, 'EndpointConfigName'),
  });
  if (!before.ok) return;
  // Everything as it was but for the model.
  const config = await call('CreateEndpointConfig', {
    EndpointConfigName: name,
    ProductionVariants: structures(before.output.ProductionVariants).map((variant) => ({
      ...variant,
      ModelName: name,
    })),
    ...(Object.keys(structure(before.output.DataCaptureConfig)).length > 0
      ? { DataCaptureConfig: before.output.DataCaptureConfig }
      : {}),
  });
  if (!config.ok) return;
  for (let tries = 0; tries < stateTries; tries += 1) {
    yield tries === 0 ? 1_000 : stateMs;
    const updated = await call('UpdateEndpoint', { EndpointName: plan.endpoint, EndpointConfigName: name });
    if (updated.ok || !/in-progress|must be InService/.test(updated.message)) return;
  }
}
