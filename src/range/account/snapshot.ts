import { canonicalJson } from '../../shared/json.ts';
import type { Account, RegionState } from './account.ts';
import { isLongLived } from './identities.ts';

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
    things: [...region.things.values()]
      .map(({ kind, id, status, members, tags }) => ({
        kind,
        id,
        status,
        members: Object.fromEntries(
          Object.entries(members).filter(([name]) => !/Time|Transitions$|^steps$/.test(name)),
        ),
        tags: byName(tags),
      }))
      .sort((a, b) => (a.kind + a.id < b.kind + b.id ? -1 : 1)),
  };
}

/** What is recorded of the account, as far as calls change it. */
export interface LoggingState {
  /** Whether the trail logs; `undefined` without one. */
  readonly trail: boolean | undefined;
  /** Log groups whose lines expire, with their days. */
  readonly retention: { readonly [group: string]: number };
}

/**
 * The account as canonical JSON: every resource and policy; no times, no ids that a new resource of the same kind would have differently,
 * no secrets. Equal text: equal account.
 */
export function accountSnapshot(account: Account, logging: LoggingState): string {
  return canonicalJson({
    logging,
    roles: [...account.roles.values()]
      .map(({ arn, boundary, inline, attached, trust, tags }) => ({
        arn,
        boundary,
        inline: byName(inline),
        attached: [...attached].sort(),
        trust,
        tags: byName(tags),
      }))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    users: [...account.users.values()]
      .map(({ arn, boundary, inline, attached, login, tags }) => ({
        arn,
        boundary,
        inline: byName(inline),
        attached: [...attached].sort(),
        console: login !== undefined,
        tags: byName(tags),
      }))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    keys: [...account.credentials.values()]
      .filter((credential) => isLongLived(credential) && !credential.gone)
      .map(({ accessKeyId, active }) => ({ accessKeyId, active })),
    policies: [...account.managedPolicies.values()]
      .map(({ arn, versions, current }) => ({
        arn,
        versions: versions.map(({ id, document }) => ({ id, document })),
        current,
      }))
      .sort((a, b) => (a.arn < b.arn ? -1 : 1)),
    buckets: [...account.buckets.values()]
      .map(({ name, region, policy, tags, objects }) => ({
        name,
        region,
        policy,
        tags: byName(tags),
        objects: Object.fromEntries([...objects.values()].map(({ etag, key }) => [key, etag])),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    // A Region that was only looked at is as empty as one that was not.
    regions: account
      .regions()
      .filter((region) => Object.values(region).some((part) => part instanceof Map && part.size > 0))
      .map((region) => ({
        name: region.name,
        ...regionState(region, account.volatileEndpoints),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  });
}
