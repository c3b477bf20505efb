import { canonicalJson } from '../../shared/json.ts';
import type { Account, RegionState } from './account.ts';

const byName = (map: ReadonlyMap<string, unknown>) => Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));

function regionState(region: RegionState, volatile: ReadonlySet<string>): object {
  return {
    endpoints: [...region.endpoints.values()]
      .map(({ name, config, pendingConfig, status, variants, tags }) => ({
        name,
        config,
        pendingConfig,
        status,
        ...(volatile.has(name.toLowerCase()) ? {} : { variants, tags: byName(tags) }),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    endpointConfigs: [...region.endpointConfigs.values()]
      .map(({ name, definition, tags }) => ({ name, definition, tags: byName(tags) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    models: [...region.models.values()]
      .map(({ name, definition, tags }) => ({ name, definition, tags: byName(tags) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    inferenceComponents: [...region.inferenceComponents.values()]
      .map(({ createdAt: _c, modifiedAt: _m, tags, ...rest }) => ({ ...rest, tags: byName(tags) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    notebookInstances: [...region.notebookInstances.values()]
      .map(({ createdAt: _c, modifiedAt: _m, tags, ...rest }) => ({ ...rest, tags: byName(tags) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    lifecycleConfigs: [...region.lifecycleConfigs.values()]
      .map(({ createdAt: _c, modifiedAt: _m, tags, ...rest }) => ({ ...rest, tags: byName(tags) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    // ARNs of scaling things hold ids that a new registration changes.
    scalableTargets: [...region.scalableTargets.values()]
      .map(({ createdAt: _c, arn: _a, ...rest }) => rest)
      .sort((a, b) => (a.resourceId + a.dimension < b.resourceId + b.dimension ? -1 : 1)),
    scalingPolicies: [...region.scalingPolicies.values()]
      .map(({ createdAt: _c, arn: _a, alarms: _l, ...rest }) => rest)
      .sort((a, b) => (a.resourceId + a.name < b.resourceId + b.name ? -1 : 1)),
    scheduledActions: [...region.scheduledActions.values()]
      .map(({ createdAt: _c, arn: _a, ...rest }) => rest)
      .sort((a, b) => (a.resourceId + a.name < b.resourceId + b.name ? -1 : 1)),
    monitoringSchedules: byName(region.monitoringSchedules),
  };
}

/**
 * The account as canonical JSON: every resource and policy; no times, no ids that a new resource of the same kind would have differently,
 * no secrets. Equal text: equal account.
 */
export function accountSnapshot(account: Account): string {
  return canonicalJson({
    roles: [...account.roles.values()]
      .map(({ arn, inline, attached, trust, tags }) => ({
        arn,
        inline: byName(inline),
        attached,
        trust,
        tags: byName(tags),
      }))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    users: [...account.users.values()]
      .map(({ arn, inline, attached, tags }) => ({ arn, inline: byName(inline), attached, tags: byName(tags) }))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    keys: [...account.credentials.values()]
      .filter((credential) => credential.session === undefined)
      .map(({ accessKeyId, active }) => ({ accessKeyId, active })),
    // A Region that was only looked at is as empty as one that was not.
    regions: account
      .regions()
      .filter((region) => Object.values(region).some((part) => part instanceof Map && part.size > 0))
      .map((region) => ({ name: region.name, ...regionState(region, account.volatileEndpoints) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  });
}
