import { validationFault } from '../fault.ts';
import type { CallContext, Members } from '../operation.ts';
import type { RegionState } from './account.ts';

/** AWS's words; of `DescribeNotebookInstance`. */
export type NotebookStatus =
  | 'Deleting'
  | 'Failed'
  | 'InMaintenance'
  | 'InService'
  | 'Pending'
  | 'PendingMaintenance'
  | 'Stopped'
  | 'Stopping'
  | 'Updating';

export interface NotebookInstance {
  readonly name: string;
  readonly arn: string;
  status: NotebookStatus;
  instanceType: string;
  roleArn: string;
  lifecycleConfig: string | undefined;
  rootAccess: 'Enabled' | 'Disabled';
  readonly directInternetAccess: 'Enabled' | 'Disabled';
  volumeSizeGb: number;
  minimumImdsVersion: string;
  readonly platform: string;
  readonly url: string;
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  modifiedAt: number;
}

export interface LifecycleConfig {
  readonly name: string;
  readonly arn: string;
  /** Base64 scripts; they run as root. */
  onCreate: readonly string[];
  onStart: readonly string[];
  readonly tags: Map<string, string>;
  readonly createdAt: number;
  modifiedAt: number;
}

/** How long AWS takes, ms. Typical values from public reports; AWS gives no numbers. */
export const notebookDurations = { pending: 120_000, stopping: 90_000, updating: 30_000, deleting: 60_000 } as const;

/** @throws Fault `RecordNotFound`: the whole text AWS answers for notebooks (no "Could not find …" here). */
export function findNotebook(region: RegionState, name: string): NotebookInstance {
  const notebook = region.notebookInstances.get(name.toLowerCase());
  if (!notebook) throw validationFault('RecordNotFound');
  return notebook;
}

/** @throws Fault `RecordNotFound`. */
export function findLifecycleConfig(region: RegionState, name: string): LifecycleConfig {
  const config = region.lifecycleConfigs.get(name.toLowerCase());
  if (!config) throw validationFault('RecordNotFound');
  return config;
}

/** @throws Fault when the notebook's status does not let it go there. */
export function requireStatus(notebook: NotebookInstance, from: readonly NotebookStatus[], to: string): void {
  if (!from.includes(notebook.status))
    throw validationFault(
      `Status (${notebook.status}) not in ([${from.join(', ')}]). Unable to transition to (${to}) for Notebook Instance (${notebook.arn})`,
    );
}

/** A notebook as DescribeNotebookInstance answers. */
export const describedNotebook = (notebook: NotebookInstance): Members => ({
  NotebookInstanceArn: notebook.arn,
  NotebookInstanceName: notebook.name,
  NotebookInstanceStatus: notebook.status,
  Url: notebook.url,
  InstanceType: notebook.instanceType,
  IpAddressType: 'ipv4',
  RoleArn: notebook.roleArn,
  LastModifiedTime: new Date(notebook.modifiedAt),
  CreationTime: new Date(notebook.createdAt),
  NotebookInstanceLifecycleConfigName: notebook.lifecycleConfig,
  DirectInternetAccess: notebook.directInternetAccess,
  VolumeSizeInGB: notebook.volumeSizeGb,
  RootAccess: notebook.rootAccess,
  PlatformIdentifier: notebook.platform,
  InstanceMetadataServiceConfiguration: { MinimumInstanceMetadataServiceVersion: notebook.minimumImdsVersion },
});

/** `detail-type` of a notebook's changes. */
export const notebookStateChange = 'SageMaker Notebook Instance State Change';

/** Tells EventBridge the notebook's status as it is now. */
function reportNotebook(notebook: NotebookInstance, context: CallContext): void {
  context.changed({
    detailType: notebookStateChange,
    arn: notebook.arn,
    region: context.region.name,
    at: notebook.modifiedAt,
    detail: describedNotebook(notebook),
  });
}

/** Puts the notebook into `during` and, when the time is up, into `after`. */
export function moveNotebook(
  notebook: NotebookInstance,
  during: NotebookStatus,
  after: NotebookStatus | 'gone',
  ms: number,
  context: CallContext,
): void {
  notebook.status = during;
  notebook.modifiedAt = context.now;
  reportNotebook(notebook, context);
  const { region } = context;
  const key = notebook.name.toLowerCase();
  context.later(ms, () => {
    // Deleted and made again under the same name meanwhile: not ours any more.
    if (region.notebookInstances.get(key) !== notebook || notebook.status !== during) return;
    notebook.modifiedAt = context.schedule.now;
    if (after === 'gone') {
      region.notebookInstances.delete(key);
      return;
    }
    notebook.status = after;
    reportNotebook(notebook, context);
  });
}
