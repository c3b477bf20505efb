// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { Check } from './check.ts';
import complianceControls from './checks/compliance.controls.ts';
import dataProtectionDomainFileSystemKey from './checks/data-protection.domain-file-system-key.ts';
import dataProtectionEndpointVolumeKey from './checks/data-protection.endpoint-volume-key.ts';
import dataProtectionInterContainerEncryption from './checks/data-protection.inter-container-encryption.ts';
import dataProtectionJobVolumeKey from './checks/data-protection.job-volume-key.ts';
import dataProtectionNotebookVolumeKey from './checks/data-protection.notebook-volume-key.ts';
import dataProtectionSinksOutside from './checks/data-protection.sinks-outside.ts';
import identityBoundary from './checks/identity.boundary.ts';
import identityPassRole from './checks/identity.pass-role.ts';
import identityPresignedLimits from './checks/identity.presigned-limits.ts';
import identitySharedOutside from './checks/identity.shared-outside.ts';
import identitySharedRole from './checks/identity.shared-role.ts';
import identitySourceIdentity from './checks/identity.source-identity.ts';
import identityTrust from './checks/identity.trust.ts';
import identityWildcards from './checks/identity.wildcards.ts';
import infrastructureContainerVpc from './checks/infrastructure.container-vpc.ts';
import infrastructureDomainVpcOnly from './checks/infrastructure.domain-vpc-only.ts';
import infrastructureNetworkIsolation from './checks/infrastructure.network-isolation.ts';
import infrastructureNotebookDirectInternet from './checks/infrastructure.notebook-direct-internet.ts';
import infrastructureNotebookImds from './checks/infrastructure.notebook-imds.ts';
import infrastructureNotebookRootAccess from './checks/infrastructure.notebook-root-access.ts';
import infrastructureNotebookVpc from './checks/infrastructure.notebook-vpc.ts';
import infrastructureRemoteAccess from './checks/infrastructure.remote-access.ts';
import infrastructureSecurityGroups from './checks/infrastructure.security-groups.ts';
import loggingDataEvents from './checks/logging.data-events.ts';
import loggingLogRetention from './checks/logging.log-retention.ts';
import loggingStateChangeRule from './checks/logging.state-change-rule.ts';
import loggingTrailLogGroup from './checks/logging.trail-log-group.ts';
import loggingTrailOn from './checks/logging.trail-on.ts';
import loggingTrailRegions from './checks/logging.trail-regions.ts';
import loggingTrailValidation from './checks/logging.trail-validation.ts';
import resilienceAutoscaling from './checks/resilience.autoscaling.ts';
import resilienceContainmentCost from './checks/resilience.containment-cost.ts';
import resilienceInstanceCount from './checks/resilience.instance-count.ts';
import resilienceRollbackConfig from './checks/resilience.rollback-config.ts';
import resilienceSubnets from './checks/resilience.subnets.ts';

/** Every posture check, sorted by file name. */
export const checks: readonly Check[] = [
  complianceControls,
  dataProtectionDomainFileSystemKey,
  dataProtectionEndpointVolumeKey,
  dataProtectionInterContainerEncryption,
  dataProtectionJobVolumeKey,
  dataProtectionNotebookVolumeKey,
  dataProtectionSinksOutside,
  identityBoundary,
  identityPassRole,
  identityPresignedLimits,
  identitySharedOutside,
  identitySharedRole,
  identitySourceIdentity,
  identityTrust,
  identityWildcards,
  infrastructureContainerVpc,
  infrastructureDomainVpcOnly,
  infrastructureNetworkIsolation,
  infrastructureNotebookDirectInternet,
  infrastructureNotebookImds,
  infrastructureNotebookRootAccess,
  infrastructureNotebookVpc,
  infrastructureRemoteAccess,
  infrastructureSecurityGroups,
  loggingDataEvents,
  loggingLogRetention,
  loggingStateChangeRule,
  loggingTrailLogGroup,
  loggingTrailOn,
  loggingTrailRegions,
  loggingTrailValidation,
  resilienceAutoscaling,
  resilienceContainmentCost,
  resilienceInstanceCount,
  resilienceRollbackConfig,
  resilienceSubnets,
].flat();
