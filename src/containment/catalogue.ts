// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { ContainmentAction } from './action.ts';
import applicationAutoscalingScalableTargetSuspend from './actions/application-autoscaling.scalable-target.suspend.ts';
import cloudtrailTrailStartLogging from './actions/cloudtrail.trail.start-logging.ts';
import eventsRuleDisable from './actions/events.rule.disable.ts';
import iamAccessKeyDeactivate from './actions/iam.access-key.deactivate.ts';
import iamRoleDenyAll from './actions/iam.role.deny-all.ts';
import iamRoleDenySagemakerEntry from './actions/iam.role.deny-sagemaker-entry.ts';
import iamRoleDetachPolicies from './actions/iam.role.detach-policies.ts';
import iamRoleFreezeTrust from './actions/iam.role.freeze-trust.ts';
import iamRoleQuarantine from './actions/iam.role.quarantine.ts';
import iamRoleRevokeSessions from './actions/iam.role.revoke-sessions.ts';
import iamRoleSetBoundary from './actions/iam.role.set-boundary.ts';
import iamUserDenyAll from './actions/iam.user.deny-all.ts';
import iamUserDenySagemakerEntry from './actions/iam.user.deny-sagemaker-entry.ts';
import iamUserDisableConsoleLogin from './actions/iam.user.disable-console-login.ts';
import logsLogGroupKeep from './actions/logs.log-group.keep.ts';
import s3BucketDenyPrincipal from './actions/s3.bucket.deny-principal.ts';
import sagemakerAppDelete from './actions/sagemaker.app.delete.ts';
import sagemakerEndpointDelete from './actions/sagemaker.endpoint.delete.ts';
import sagemakerEndpointDenyInvoke from './actions/sagemaker.endpoint.deny-invoke.ts';
import sagemakerEndpointRollBackConfig from './actions/sagemaker.endpoint.roll-back-config.ts';
import sagemakerEndpointShiftTraffic from './actions/sagemaker.endpoint.shift-traffic.ts';
import sagemakerInferenceComponentScaleToZero from './actions/sagemaker.inference-component.scale-to-zero.ts';
import sagemakerJobStop from './actions/sagemaker.job.stop.ts';
import sagemakerModelPackageGroupRemoveOutsideAccess from './actions/sagemaker.model-package-group.remove-outside-access.ts';
import sagemakerModelPackageReject from './actions/sagemaker.model-package.reject.ts';
import sagemakerNotebookInstanceLifecycleConfigNeutralise from './actions/sagemaker.notebook-instance-lifecycle-config.neutralise.ts';
import sagemakerNotebookInstanceDetachLifecycleConfig from './actions/sagemaker.notebook-instance.detach-lifecycle-config.ts';
import sagemakerNotebookInstanceDisableRootAccess from './actions/sagemaker.notebook-instance.disable-root-access.ts';
import sagemakerNotebookInstanceStop from './actions/sagemaker.notebook-instance.stop.ts';
import sagemakerNotebookInstanceSwapRole from './actions/sagemaker.notebook-instance.swap-role.ts';
import sagemakerPresignedEntryClose from './actions/sagemaker.presigned-entry.close.ts';
import sagemakerSpaceDisableRemoteAccess from './actions/sagemaker.space.disable-remote-access.ts';
import sagemakerStudioDetachLifecycleConfig from './actions/sagemaker.studio.detach-lifecycle-config.ts';
import sagemakerUserProfileCloseApps from './actions/sagemaker.user-profile.close-apps.ts';
import sagemakerUserProfileSwapRole from './actions/sagemaker.user-profile.swap-role.ts';
import schedulerScheduleDisable from './actions/scheduler.schedule.disable.ts';

/** Every containment action, in order of their ids. */
export const actions: readonly ContainmentAction[] = [
  applicationAutoscalingScalableTargetSuspend,
  cloudtrailTrailStartLogging,
  eventsRuleDisable,
  iamAccessKeyDeactivate,
  iamRoleDenyAll,
  iamRoleDenySagemakerEntry,
  iamRoleDetachPolicies,
  iamRoleFreezeTrust,
  iamRoleQuarantine,
  iamRoleRevokeSessions,
  iamRoleSetBoundary,
  iamUserDenyAll,
  iamUserDenySagemakerEntry,
  iamUserDisableConsoleLogin,
  logsLogGroupKeep,
  s3BucketDenyPrincipal,
  sagemakerAppDelete,
  sagemakerEndpointDelete,
  sagemakerEndpointDenyInvoke,
  sagemakerEndpointRollBackConfig,
  sagemakerEndpointShiftTraffic,
  sagemakerInferenceComponentScaleToZero,
  sagemakerJobStop,
  sagemakerModelPackageGroupRemoveOutsideAccess,
  sagemakerModelPackageReject,
  sagemakerNotebookInstanceLifecycleConfigNeutralise,
  sagemakerNotebookInstanceDetachLifecycleConfig,
  sagemakerNotebookInstanceDisableRootAccess,
  sagemakerNotebookInstanceStop,
  sagemakerNotebookInstanceSwapRole,
  sagemakerPresignedEntryClose,
  sagemakerSpaceDisableRemoteAccess,
  sagemakerStudioDetachLifecycleConfig,
  sagemakerUserProfileCloseApps,
  sagemakerUserProfileSwapRole,
  schedulerScheduleDisable,
].flat();
