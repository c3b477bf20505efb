// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { InventoryKind } from './kind.ts';
import eventsRule from './kinds/events.rule.ts';
import iamAccessKey from './kinds/iam.access-key.ts';
import iamRole from './kinds/iam.role.ts';
import iamUser from './kinds/iam.user.ts';
import jobs from './kinds/jobs.ts';
import sagemakerApp from './kinds/sagemaker.app.ts';
import sagemakerCluster from './kinds/sagemaker.cluster.ts';
import sagemakerDomain from './kinds/sagemaker.domain.ts';
import sagemakerEndpoint from './kinds/sagemaker.endpoint.ts';
import sagemakerEndpointConfig from './kinds/sagemaker.endpoint-config.ts';
import sagemakerInferenceComponent from './kinds/sagemaker.inference-component.ts';
import sagemakerMlflow from './kinds/sagemaker.mlflow.ts';
import sagemakerModel from './kinds/sagemaker.model.ts';
import sagemakerMonitoringSchedule from './kinds/sagemaker.monitoring-schedule.ts';
import sagemakerNotebookInstance from './kinds/sagemaker.notebook-instance.ts';
import sagemakerNotebookInstanceLifecycleConfig from './kinds/sagemaker.notebook-instance-lifecycle-config.ts';
import sagemakerPartnerApp from './kinds/sagemaker.partner-app.ts';
import sagemakerPipelineExecution from './kinds/sagemaker.pipeline-execution.ts';
import sagemakerSpace from './kinds/sagemaker.space.ts';
import sagemakerStudioLifecycleConfig from './kinds/sagemaker.studio-lifecycle-config.ts';
import sagemakerUserProfile from './kinds/sagemaker.user-profile.ts';
import schedulerSchedule from './kinds/scheduler.schedule.ts';

/** Every kind of thing that can be looked at, sorted by file name; `order` says what is listed first. */
export const kinds: readonly InventoryKind[] = [
  eventsRule,
  iamAccessKey,
  iamRole,
  iamUser,
  jobs,
  sagemakerApp,
  sagemakerCluster,
  sagemakerDomain,
  sagemakerEndpoint,
  sagemakerEndpointConfig,
  sagemakerInferenceComponent,
  sagemakerMlflow,
  sagemakerModel,
  sagemakerMonitoringSchedule,
  sagemakerNotebookInstance,
  sagemakerNotebookInstanceLifecycleConfig,
  sagemakerPartnerApp,
  sagemakerPipelineExecution,
  sagemakerSpace,
  sagemakerStudioLifecycleConfig,
  sagemakerUserProfile,
  schedulerSchedule,
].flat();
