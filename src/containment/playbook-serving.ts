import { sameResource } from '../inventory/doors/facts.ts';
import { changesSomething } from '../model/event.ts';
import type { ResourceRef } from '../model/resource.ts';
import { known, once } from './playbook-facts.ts';
import { downstream, type FoundTarget, itself, namedIn, type Search, touched } from './playbook-search.ts';

const endpointKind = 'sagemaker.endpoint';

/**
 * Whether an endpoint was put back already: it serves by a config that the attack has nothing to do with, or is on its way to the one that
 * this incident put it back to. Once more would be from there to the attack's.
 */
function isPutBack({ facts, attack }: Search, endpoint: ResourceRef): boolean {
  const described = known(facts, endpoint);
  const now = described?.relations.find(({ role }) => role === 'endpoint-config')?.to;
  const ours = facts.standing.find(
    ({ action, target }) => action === 'sagemaker.endpoint.roll-back-config' && sameResource(target, endpoint),
  );
  // While it is being updated AWS names the config that it is moved away from.
  if (described?.activity !== 'running') return ours !== undefined;
  if (ours && now?.name === ours.params.config) return true;
  const theirs = attack.events
    .filter(changesSomething)
    .flatMap(({ resources }) => resources.filter(({ kind }) => kind === 'sagemaker.endpoint-config'));
  return now !== undefined && theirs.length > 0 && !theirs.some((one) => sameResource(one, now));
}

/** Endpoints that the attack pointed elsewhere, the subject, and those that serve the subject. */
export function endpoints(search: Search): readonly FoundTarget[] {
  const { subject } = search;
  const changed = touched(search, [endpointKind], 'changed').filter(
    ({ because }) => !/sagemaker:CreateEndpoint from/.test(because),
  );
  // A deployment that no attacker made may have put what he registered to work.
  const made = ['sagemaker.endpoint-config', 'sagemaker.model'].includes(subject.kind)
    ? [subject]
    : [packageKind, groupKind].includes(subject.kind)
      ? packages(search).map(({ ref }) => ref)
      : [];
  const serving = made.flatMap((ref) => downstream(search, ref, [endpointKind]));
  const theirs = madeEndpoints(search);
  return once([...itself(search, endpointKind), ...changed, ...serving]).filter(
    ({ ref }) => !theirs.some((one) => sameResource(one.ref, ref)) && !isPutBack(search, ref),
  );
}

/** Endpoints that the attack made: there is nothing to go back to. */
export const madeEndpoints = (search: Search): readonly FoundTarget[] => touched(search, [endpointKind], 'created');

const packageKind = 'sagemaker.model-package';

const groupKind = 'sagemaker.model-package-group';

/** Versions that the attack registered or approved, or the subject. */
export const packages = (search: Search): readonly FoundTarget[] =>
  once([...itself(search, packageKind), ...touched(search, [packageKind], 'changed')]).filter(
    ({ ref }) => ref.arn !== '' && /\/\d+$/.test(ref.arn),
  );

/** Groups that were shared: the subject, and those whose policy the attack put. */
export const sharedGroups = (search: Search): readonly FoundTarget[] =>
  once([
    ...itself(search, groupKind),
    ...search.attack.events
      .filter(({ action }) => action === 'sagemaker:PutModelPackageGroupPolicy')
      .flatMap((event) => namedIn(event, ({ kind, relation }) => kind === groupKind && relation === 'target')),
  ]);

const groupOf = ({ name }: ResourceRef): string => name.split('/')[0]?.toLowerCase() ?? '';

/**
 * Rules that start something when a model is approved, as far as AWS's answers show it: a pipeline, or whatever hears of the groups of the
 * attack's packages.
 */
export const deployRules = (search: Search): readonly FoundTarget[] => {
  const { facts, subject } = search;
  const groups = [...packages(search).map(({ ref }) => ref), ...(subject.kind === groupKind ? [subject] : [])].map(
    groupOf,
  );
  return once([
    ...touched(search, ['events.rule'], 'changed'),
    ...facts.resources
      .filter(({ ref, activity }) => ref.kind === 'events.rule' && activity !== 'idle')
      .flatMap(({ ref, relations }) => {
        const pipeline = relations.find(({ to }) => to.kind === 'sagemaker.pipeline');
        if (pipeline) return [{ ref, because: `it starts ${pipeline.to.name} (${pipeline.proof})` }];
        const heard = relations.find(
          ({ role, to }) => role === 'hears' && (to.name === '*' || groups.includes(to.name.toLowerCase())),
        );
        const started = relations.find(({ role }) => role === 'target');
        return heard && started
          ? [
              {
                ref,
                because: `it starts ${started.to.name} when a package of ${heard.to.name === '*' ? 'any group' : heard.to.name} changes (${heard.proof})`,
              },
            ]
          : [];
      }),
  ]);
};

/** Buckets that what serves writes to and that may be somebody else's. Of a stranger's, only AWS can be asked for help. */
export function sinks(search: Search): readonly FoundTarget[] {
  const { facts, subject } = search;
  const configs = once([
    ...itself(search, 'sagemaker.endpoint-config'),
    ...touched(search, ['sagemaker.endpoint-config'], 'created'),
    ...endpoints(search).flatMap(({ ref }) =>
      (known(facts, ref)?.relations ?? [])
        .filter(({ role }) => role === 'endpoint-config')
        .map(({ to }) => ({ ref: to, because: '' })),
    ),
  ]);
  return once(
    [subject, ...configs.map(({ ref }) => ref)].flatMap((ref) =>
      (known(facts, ref)?.relations ?? [])
        .filter(({ role, outside, to }) => role === 's3-sink' && outside !== false && !to.name.includes(facts.account))
        .map(({ to, proof, note }) => ({ ref: to, because: `${ref.name} writes to it (${proof}); ${note ?? ''}` })),
    ),
  );
}
