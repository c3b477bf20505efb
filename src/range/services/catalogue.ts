// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { Operation } from '../operation.ts';
import applicationAutoscalingDeleteScalingPolicy from './application-autoscaling/delete-scaling-policy.ts';
import applicationAutoscalingDeleteScheduledAction from './application-autoscaling/delete-scheduled-action.ts';
import applicationAutoscalingDeregisterScalableTarget from './application-autoscaling/deregister-scalable-target.ts';
import applicationAutoscalingDescribeScalableTargets from './application-autoscaling/describe-scalable-targets.ts';
import applicationAutoscalingDescribeScalingPolicies from './application-autoscaling/describe-scaling-policies.ts';
import applicationAutoscalingDescribeScheduledActions from './application-autoscaling/describe-scheduled-actions.ts';
import applicationAutoscalingPutScalingPolicy from './application-autoscaling/put-scaling-policy.ts';
import applicationAutoscalingPutScheduledAction from './application-autoscaling/put-scheduled-action.ts';
import applicationAutoscalingRegisterScalableTarget from './application-autoscaling/register-scalable-target.ts';
import cloudtrailDescribeTrails from './cloudtrail/describe-trails.ts';
import cloudtrailGetEventSelectors from './cloudtrail/get-event-selectors.ts';
import cloudtrailGetTrailStatus from './cloudtrail/get-trail-status.ts';
import cloudtrailListTrails from './cloudtrail/list-trails.ts';
import cloudtrailLookupEvents from './cloudtrail/lookup-events.ts';
import cloudtrailSetLogging from './cloudtrail/set-logging.ts';
import cloudwatchGetMetricData from './cloudwatch/get-metric-data.ts';
import cloudwatchListMetrics from './cloudwatch/list-metrics.ts';
import eventsRules from './events/rules.ts';
import iamAccessKeys from './iam/access-keys.ts';
import iamAttachedPolicies from './iam/attached-policies.ts';
import iamEntities from './iam/entities.ts';
import iamGetAccessKeyLastUsed from './iam/get-access-key-last-used.ts';
import iamGetRole from './iam/get-role.ts';
import iamGetUser from './iam/get-user.ts';
import iamInlinePolicies from './iam/inline-policies.ts';
import iamListAccountAliases from './iam/list-account-aliases.ts';
import iamListGroupsForUser from './iam/list-groups-for-user.ts';
import iamListRoles from './iam/list-roles.ts';
import iamListUsers from './iam/list-users.ts';
import iamLoginProfiles from './iam/login-profiles.ts';
import iamManagedPolicies from './iam/managed-policies.ts';
import iamPermissionsBoundaries from './iam/permissions-boundaries.ts';
import iamSimulatePrincipalPolicy from './iam/simulate-principal-policy.ts';
import iamUpdateAssumeRolePolicy from './iam/update-assume-role-policy.ts';
import logsCreateLogGroup from './logs/create-log-group.ts';
import logsCreateLogStream from './logs/create-log-stream.ts';
import logsDeleteLogGroup from './logs/delete-log-group.ts';
import logsDeleteRetentionPolicy from './logs/delete-retention-policy.ts';
import logsDescribeLogGroups from './logs/describe-log-groups.ts';
import logsDescribeLogStreams from './logs/describe-log-streams.ts';
import logsFilterLogEvents from './logs/filter-log-events.ts';
import logsGetLogEvents from './logs/get-log-events.ts';
import logsPutLogEvents from './logs/put-log-events.ts';
import logsPutRetentionPolicy from './logs/put-retention-policy.ts';
import logsStartLiveTail from './logs/start-live-tail.ts';
import s3BucketPolicies from './s3/bucket-policies.ts';
import s3GetBucketLocation from './s3/get-bucket-location.ts';
import s3GetObject from './s3/get-object.ts';
import s3HeadBucket from './s3/head-bucket.ts';
import s3HeadObject from './s3/head-object.ts';
import s3ListBuckets from './s3/list-buckets.ts';
import s3ListObjects from './s3/list-objects.ts';
import s3ListObjectsV2 from './s3/list-objects-v2.ts';
import sagemakerAddTags from './sagemaker/add-tags.ts';
import sagemakerApps from './sagemaker/apps.ts';
import sagemakerClusters from './sagemaker/clusters.ts';
import sagemakerCreateEndpoint from './sagemaker/create-endpoint.ts';
import sagemakerCreateEndpointConfig from './sagemaker/create-endpoint-config.ts';
import sagemakerCreateInferenceComponent from './sagemaker/create-inference-component.ts';
import sagemakerCreateModel from './sagemaker/create-model.ts';
import sagemakerCreateNotebookInstance from './sagemaker/create-notebook-instance.ts';
import sagemakerCreateNotebookInstanceLifecycleConfig from './sagemaker/create-notebook-instance-lifecycle-config.ts';
import sagemakerCreatePresignedNotebookInstanceUrl from './sagemaker/create-presigned-notebook-instance-url.ts';
import sagemakerDeleteEndpoint from './sagemaker/delete-endpoint.ts';
import sagemakerDeleteEndpointConfig from './sagemaker/delete-endpoint-config.ts';
import sagemakerDeleteInferenceComponent from './sagemaker/delete-inference-component.ts';
import sagemakerDeleteModel from './sagemaker/delete-model.ts';
import sagemakerDeleteNotebookInstance from './sagemaker/delete-notebook-instance.ts';
import sagemakerDeleteNotebookInstanceLifecycleConfig from './sagemaker/delete-notebook-instance-lifecycle-config.ts';
import sagemakerDeleteTags from './sagemaker/delete-tags.ts';
import sagemakerDescribeEndpoint from './sagemaker/describe-endpoint.ts';
import sagemakerDescribeEndpointConfig from './sagemaker/describe-endpoint-config.ts';
import sagemakerDescribeInferenceComponent from './sagemaker/describe-inference-component.ts';
import sagemakerDescribeModel from './sagemaker/describe-model.ts';
import sagemakerDescribeNotebookInstance from './sagemaker/describe-notebook-instance.ts';
import sagemakerDescribeNotebookInstanceLifecycleConfig from './sagemaker/describe-notebook-instance-lifecycle-config.ts';
import sagemakerDomains from './sagemaker/domains.ts';
import sagemakerJobs from './sagemaker/jobs.ts';
import sagemakerListEndpointConfigs from './sagemaker/list-endpoint-configs.ts';
import sagemakerListEndpoints from './sagemaker/list-endpoints.ts';
import sagemakerListInferenceComponents from './sagemaker/list-inference-components.ts';
import sagemakerListModels from './sagemaker/list-models.ts';
import sagemakerListNotebookInstanceLifecycleConfigs from './sagemaker/list-notebook-instance-lifecycle-configs.ts';
import sagemakerListNotebookInstances from './sagemaker/list-notebook-instances.ts';
import sagemakerListTags from './sagemaker/list-tags.ts';
import sagemakerListTrainingJobsForHyperParameterTuningJob from './sagemaker/list-training-jobs-for-hyper-parameter-tuning-job.ts';
import sagemakerMlflowApps from './sagemaker/mlflow-apps.ts';
import sagemakerMlflowTrackingServers from './sagemaker/mlflow-tracking-servers.ts';
import sagemakerModelPackages from './sagemaker/model-packages.ts';
import sagemakerMonitoringSchedules from './sagemaker/monitoring-schedules.ts';
import sagemakerPartnerApps from './sagemaker/partner-apps.ts';
import sagemakerPipelines from './sagemaker/pipelines.ts';
import sagemakerSpaces from './sagemaker/spaces.ts';
import sagemakerStartNotebookInstance from './sagemaker/start-notebook-instance.ts';
import sagemakerStopNotebookInstance from './sagemaker/stop-notebook-instance.ts';
import sagemakerStudioLifecycleConfigs from './sagemaker/studio-lifecycle-configs.ts';
import sagemakerUpdateEndpoint from './sagemaker/update-endpoint.ts';
import sagemakerUpdateEndpointWeightsAndCapacities from './sagemaker/update-endpoint-weights-and-capacities.ts';
import sagemakerUpdateInferenceComponentRuntimeConfig from './sagemaker/update-inference-component-runtime-config.ts';
import sagemakerUpdateNotebookInstance from './sagemaker/update-notebook-instance.ts';
import sagemakerUpdateNotebookInstanceLifecycleConfig from './sagemaker/update-notebook-instance-lifecycle-config.ts';
import sagemakerUserProfiles from './sagemaker/user-profiles.ts';
import schedulerSchedules from './scheduler/schedules.ts';
import stsAssumeRole from './sts/assume-role.ts';
import stsGetAccessKeyInfo from './sts/get-access-key-info.ts';
import stsGetCallerIdentity from './sts/get-caller-identity.ts';
import stsUserTokens from './sts/user-tokens.ts';

/** Every simulated operation, sorted by service and file name. */
export const operations: readonly Operation[] = [
  applicationAutoscalingDeleteScalingPolicy,
  applicationAutoscalingDeleteScheduledAction,
  applicationAutoscalingDeregisterScalableTarget,
  applicationAutoscalingDescribeScalableTargets,
  applicationAutoscalingDescribeScalingPolicies,
  applicationAutoscalingDescribeScheduledActions,
  applicationAutoscalingPutScalingPolicy,
  applicationAutoscalingPutScheduledAction,
  applicationAutoscalingRegisterScalableTarget,
  cloudtrailDescribeTrails,
  cloudtrailGetEventSelectors,
  cloudtrailGetTrailStatus,
  cloudtrailListTrails,
  cloudtrailLookupEvents,
  cloudtrailSetLogging,
  cloudwatchGetMetricData,
  cloudwatchListMetrics,
  eventsRules,
  iamAccessKeys,
  iamAttachedPolicies,
  iamEntities,
  iamGetAccessKeyLastUsed,
  iamGetRole,
  iamGetUser,
  iamInlinePolicies,
  iamListAccountAliases,
  iamListGroupsForUser,
  iamListRoles,
  iamListUsers,
  iamLoginProfiles,
  iamManagedPolicies,
  iamPermissionsBoundaries,
  iamSimulatePrincipalPolicy,
  iamUpdateAssumeRolePolicy,
  logsCreateLogGroup,
  logsCreateLogStream,
  logsDeleteLogGroup,
  logsDeleteRetentionPolicy,
  logsDescribeLogGroups,
  logsDescribeLogStreams,
  logsFilterLogEvents,
  logsGetLogEvents,
  logsPutLogEvents,
  logsPutRetentionPolicy,
  logsStartLiveTail,
  s3BucketPolicies,
  s3GetBucketLocation,
  s3GetObject,
  s3HeadBucket,
  s3HeadObject,
  s3ListBuckets,
  s3ListObjects,
  s3ListObjectsV2,
  sagemakerAddTags,
  sagemakerApps,
  sagemakerClusters,
  sagemakerCreateEndpoint,
  sagemakerCreateEndpointConfig,
  sagemakerCreateInferenceComponent,
  sagemakerCreateModel,
  sagemakerCreateNotebookInstance,
  sagemakerCreateNotebookInstanceLifecycleConfig,
  sagemakerCreatePresignedNotebookInstanceUrl,
  sagemakerDeleteEndpoint,
  sagemakerDeleteEndpointConfig,
  sagemakerDeleteInferenceComponent,
  sagemakerDeleteModel,
  sagemakerDeleteNotebookInstance,
  sagemakerDeleteNotebookInstanceLifecycleConfig,
  sagemakerDeleteTags,
  sagemakerDescribeEndpoint,
  sagemakerDescribeEndpointConfig,
  sagemakerDescribeInferenceComponent,
  sagemakerDescribeModel,
  sagemakerDescribeNotebookInstance,
  sagemakerDescribeNotebookInstanceLifecycleConfig,
  sagemakerDomains,
  sagemakerJobs,
  sagemakerListEndpointConfigs,
  sagemakerListEndpoints,
  sagemakerListInferenceComponents,
  sagemakerListModels,
  sagemakerListNotebookInstanceLifecycleConfigs,
  sagemakerListNotebookInstances,
  sagemakerListTags,
  sagemakerListTrainingJobsForHyperParameterTuningJob,
  sagemakerMlflowApps,
  sagemakerMlflowTrackingServers,
  sagemakerModelPackages,
  sagemakerMonitoringSchedules,
  sagemakerPartnerApps,
  sagemakerPipelines,
  sagemakerSpaces,
  sagemakerStartNotebookInstance,
  sagemakerStopNotebookInstance,
  sagemakerStudioLifecycleConfigs,
  sagemakerUpdateEndpoint,
  sagemakerUpdateEndpointWeightsAndCapacities,
  sagemakerUpdateInferenceComponentRuntimeConfig,
  sagemakerUpdateNotebookInstance,
  sagemakerUpdateNotebookInstanceLifecycleConfig,
  sagemakerUserProfiles,
  schedulerSchedules,
  stsAssumeRole,
  stsGetAccessKeyInfo,
  stsGetCallerIdentity,
  stsUserTokens,
].flat();
