// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { ContainmentAction } from './action.ts';
import applicationAutoscalingScalableTargetSuspend from './actions/application-autoscaling.scalable-target.suspend.ts';
import iamRoleDenyAll from './actions/iam.role.deny-all.ts';
import sagemakerEndpointDelete from './actions/sagemaker.endpoint.delete.ts';
import sagemakerEndpointRollBackConfig from './actions/sagemaker.endpoint.roll-back-config.ts';
import sagemakerEndpointShiftTraffic from './actions/sagemaker.endpoint.shift-traffic.ts';
import sagemakerInferenceComponentScaleToZero from './actions/sagemaker.inference-component.scale-to-zero.ts';
import sagemakerNotebookInstanceLifecycleConfigNeutralise from './actions/sagemaker.notebook-instance-lifecycle-config.neutralise.ts';
import sagemakerNotebookInstanceDetachLifecycleConfig from './actions/sagemaker.notebook-instance.detach-lifecycle-config.ts';
import sagemakerNotebookInstanceDisableRootAccess from './actions/sagemaker.notebook-instance.disable-root-access.ts';
import sagemakerNotebookInstanceStop from './actions/sagemaker.notebook-instance.stop.ts';
import sagemakerNotebookInstanceSwapRole from './actions/sagemaker.notebook-instance.swap-role.ts';

/** Every containment action, in order of their ids. */
export const actions: readonly ContainmentAction[] = [
  applicationAutoscalingScalableTargetSuspend,
  iamRoleDenyAll,
  sagemakerEndpointDelete,
  sagemakerEndpointRollBackConfig,
  sagemakerEndpointShiftTraffic,
  sagemakerInferenceComponentScaleToZero,
  sagemakerNotebookInstanceLifecycleConfigNeutralise,
  sagemakerNotebookInstanceDetachLifecycleConfig,
  sagemakerNotebookInstanceDisableRootAccess,
  sagemakerNotebookInstanceStop,
  sagemakerNotebookInstanceSwapRole,
].flat();
