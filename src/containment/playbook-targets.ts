import { behind, sameResource } from '../inventory/doors/facts.ts';
import { parseArn } from '../model/arn.ts';
import { changesSomething } from '../model/event.ts';
import { isCompute } from '../model/principal.ts';
import type { ResourceLink, ResourceRef } from '../model/resource.ts';
import type { Params } from './action.ts';
import { stoppableKinds } from './jobs.ts';
import {
  accepted,
  isAbout,
  type KnownResource,
  known,
  once,
  type PlaybookFacts,
  type SeenEvent,
} from './playbook-facts.ts';
import {
  type Attack,
  isIssue,
  isIssueOf,
  isMint,
  mintsOfSubject,
  principalKinds,
  sameActor,
} from './playbook-suspects.ts';

/** A target, and how it was found. */
export interface FoundTarget {
  readonly ref: ResourceRef;
  readonly because: string;
  readonly params?: Params;
}

/** Where targets are looked for. */
export interface Search {
  readonly subject: ResourceRef;
  readonly facts: PlaybookFacts;
  readonly attack: Attack;
}

const told = ({ action, principal, sourceIp, at }: SeenEvent): string =>
  `${principal?.name ?? 'somebody'} called ${action} from ${sourceIp || 'an unknown address'} at ${new Date(at).toISOString().slice(0, 19)}Z`;

/** Resources that a call names, as targets. */
const namedIn = (event: SeenEvent, isMeant: (one: ResourceLink) => boolean): readonly FoundTarget[] =>
  event.resources.filter(isMeant).map(({ kind, arn, name }) => ({ ref: { kind, arn, name }, because: told(event) }));

/** Whether AWS says that it is over, or was never there; what AWS was not asked about may run. */
const isOver = ({ facts }: Search, ref: ResourceRef): boolean => known(facts, ref)?.activity === 'idle';

/** Things of these kinds that the attack made, or changed. */
function touched(search: Search, kinds: readonly string[], how: 'created' | 'changed'): readonly FoundTarget[] {
  return once(
    search.attack.events
      .filter(changesSomething)
      .flatMap((event) =>
        namedIn(
          event,
          ({ kind, relation }) =>
            kinds.includes(kind) && (relation === 'created' || (how === 'changed' && relation === 'target')),
        ),
      ),
  );
}

/** The subject, where it is of one of these kinds. */
const itself = ({ subject }: Search, ...kinds: readonly string[]): readonly FoundTarget[] =>
  kinds.includes(subject.kind) ? [{ ref: subject, because: 'the playbook was started on it' }] : [];

/** Resources of these kinds that hang on the one given: by AWS's answers, and by accepted calls that made or changed one with the other. */
function downstream(search: Search, from: ResourceRef, kinds: readonly string[], depth = 4): readonly FoundTarget[] {
  const found: FoundTarget[] = [];
  let border: readonly ResourceRef[] = [from];
  const seen: ResourceRef[] = [from];
  const events = accepted(search.facts).filter(changesSomething);
  for (let step = 0; step < depth && border.length > 0; step += 1) {
    const next: ResourceRef[] = [];
    for (const here of border) {
      const add = (ref: ResourceRef, because: string) => {
        if (seen.some((one) => sameResource(one, ref))) return;
        seen.push(ref);
        next.push(ref);
        if (kinds.includes(ref.kind)) found.push({ ref, because });
      };
      for (const { ref, relations } of search.facts.resources)
        for (const { to, role, proof } of relations)
          if (sameResource(to, here)) add(ref, `${here.name} is its ${role.replaceAll('-', ' ')} (${proof})`);
      for (const event of events)
        if (event.resources.some((one) => one.relation === 'uses' && sameResource(one, here)))
          for (const { kind, arn, name, relation } of event.resources)
            if (relation === 'created' || relation === 'target') add({ kind, arn, name }, told(event));
    }
    border = next;
  }
  return found;
}

const isRole = ({ kind }: ResourceRef) => kind === 'iam.role';

/** What runs as a role, by AWS's answers: of the thing itself, and of what it is made of (endpoint, config, model). */
function rolesBehind(search: Search, start: ResourceRef): readonly FoundTarget[] {
  const found: FoundTarget[] = [];
  const seen: ResourceRef[] = [];
  let border: readonly ResourceRef[] = [start];
  for (let step = 0; step < 4 && border.length > 0; step += 1) {
    const next: ResourceRef[] = [];
    for (const here of border) {
      if (seen.some((one) => sameResource(one, here))) continue;
      seen.push(here);
      const resource = known(search.facts, here);
      for (const { role, to, proof } of resource?.relations ?? []) {
        if (isRole(to) && role !== 'role-of-spaces')
          found.push({ ref: to, because: `${here.name} runs as it (${proof})` });
        else if (['endpoint-config', 'model', 'user-profile', 'domain'].includes(role)) next.push(to);
      }
      if (resource?.role && !found.some(({ ref }) => sameResource(ref, resource.role!)))
        found.push({ ref: resource.role, because: `${here.name} runs as it` });
    }
    border = next;
    // A profile's own role wins over its domain's.
    if (found.length > 0) break;
  }
  return once(found);
}

/** The roles whose credentials are at stake. */
function roles(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  if (isRole(subject)) return itself(search, 'iam.role');
  const behindIt = rolesBehind(search, subject);
  const ofEvents = attack.events.flatMap((event) => {
    const who = event.principal && behind(event.principal);
    return who && isRole(who) && event.principal && (isCompute(event.principal) || behindIt.length === 0)
      ? [{ ref: who, because: told(event) }]
      : [];
  });
  // Code of the subject's own role, not of any role that marked events name.
  const own = ofEvents.filter(({ ref }) => behindIt.length === 0 || behindIt.some((one) => sameResource(one.ref, ref)));
  const created = accepted(facts).flatMap((event) => (isAbout(event, subject) ? namedIn(event, isRole) : []));
  return once([...behindIt, ...own, ...(principalKinds.includes(subject.kind) ? [] : created)]).slice(0, 5);
}

/** Roles that the attack took on or passed on. */
function rolesTaken({ attack }: Search): readonly FoundTarget[] {
  return once(attack.events.filter(isIssue).flatMap((event) => namedIn(event, isRole)));
}

/**
 * Whether of each session of a role it was seen who of this account took it on: then it is enough to refuse them, and to end the sessions.
 */
function isTakenByOurs({ attack, facts }: Search, role: ResourceRef): boolean {
  const acting = attack.events.flatMap(({ principal }) => {
    const who = principal && behind(principal);
    return who && principal && sameResource(who, role) ? [principal] : [];
  });
  return (
    acting.length > 0 &&
    acting.every((principal) =>
      attack.events.some((issue) => {
        const by = isIssueOf(issue, principal) && issue.principal && behind(issue.principal);
        return by && !sameResource(by, role) && parseArn(by.arn)?.account === facts.account;
      }),
    )
  );
}

/**
 * Who the attack acts as: users and roles, code on compute left out where its role is another step's. Roles that one of these took on are
 * not among them: others work as them, too.
 */
function people(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  const mints = principalKinds.includes(subject.kind) ? [] : mintsOfSubject(subject, facts, attack);
  const calls =
    mints.length > 0 ? [...mints, ...attack.events.filter((event) => !isComputeCall(event))] : attack.events;
  return once([
    ...itself(search, 'iam.user'),
    ...calls.flatMap((event) => {
      const who = event.principal && behind(event.principal);
      return who && event.principal && !isCompute(event.principal) ? [{ ref: who, because: told(event) }] : [];
    }),
  ]).filter(({ ref }) => !isRole(ref) || sameResource(ref, subject) || !isTakenByOurs(search, ref));
}

const isComputeCall = ({ principal }: SeenEvent): boolean => principal !== undefined && isCompute(principal);

/** Long-lived keys that the attack signs with, or made. */
function keys(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  const mints = principalKinds.includes(subject.kind) ? [] : mintsOfSubject(subject, facts, attack);
  const used = [...mints, ...attack.events].flatMap((event) => {
    const { principal } = event;
    return principal?.accessKeyId?.startsWith('AKIA')
      ? [{ ref: { kind: 'iam.access-key', arn: '', name: principal.accessKeyId }, because: told(event) }]
      : [];
  });
  return once([...itself(search, 'iam.access-key'), ...used, ...touched(search, ['iam.access-key'], 'created')]);
}

const jobKinds = stoppableKinds
  .map(({ kind }) => kind)
  .filter((kind) => !['sagemaker.mlflow-tracking-server', 'sagemaker.monitoring-schedule'].includes(kind));
/** What starts jobs, by itself or by the clock. */
const parentKinds: readonly string[] = [
  'sagemaker.hyper-parameter-tuning-job',
  'sagemaker.automl-job',
  'sagemaker.pipeline-execution',
  'sagemaker.monitoring-schedule',
  'events.rule',
  'scheduler.schedule',
];

const images = ({ relations }: KnownResource): readonly string[] =>
  relations.filter(({ role }) => role === 'image').map(({ to }) => to.name);

/** Everything that runs for the attack: what it made, and what runs the very same image though nobody saw it made. */
function workloads(search: Search): readonly FoundTarget[] {
  const { facts, subject } = search;
  const made = [
    ...(isOver(search, subject) ? [] : itself(search, ...jobKinds)),
    ...touched(search, jobKinds, 'created'),
  ];
  const theirs = made.flatMap(({ ref }) => {
    const resource = known(facts, ref);
    return resource ? images(resource).map((image) => ({ image, ref })) : [];
  });
  // AWS's own images are everybody's.
  const strange = theirs.filter(({ image }) => !isAwsImage(image));
  const same = facts.resources
    .filter(({ ref, activity }) => jobKinds.includes(ref.kind) && activity !== 'idle')
    .flatMap((resource) => {
      const like = strange.find(({ image }) => images(resource).includes(image));
      return like ? [{ ref: resource.ref, because: `runs the same image as ${like.ref.name}: ${like.image}` }] : [];
    });
  return once([...made, ...same]).filter(({ ref }) => !isOver(search, ref));
}

/** AWS's framework images lie in accounts of AWS, which are many: told by their names. https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html */
const isAwsImage = (image: string): boolean =>
  /^\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com(?:\.cn)?\/(?:sagemaker-|(?:pytorch|tensorflow|huggingface|mxnet|djl|autogluon)[\w-]*-(?:training|inference))/.test(
    image,
  );

function parents(search: Search): readonly FoundTarget[] {
  const { facts } = search;
  const jobs = workloads(search);
  const above = jobs.flatMap(({ ref }) =>
    (known(facts, ref)?.relations ?? [])
      .filter(({ role }) => role === 'parent')
      .map(({ to, proof }) => ({ ref: to, because: `it started ${ref.name} (${proof})` })),
  );
  const made = touched(search, parentKinds, 'changed');
  const ours = once([...above, ...made, ...jobs.filter(({ ref }) => parentKinds.includes(ref.kind))]);
  // What the clock starts: rules and schedules whose target is one of the pipelines.
  const clocks = facts.resources
    .filter(({ ref }) => ref.kind === 'events.rule' || ref.kind === 'scheduler.schedule')
    .flatMap(({ ref, relations }) => {
      const hit = relations.find(
        ({ role, to }) => role === 'target' && ours.some((one) => one.ref.arn.startsWith(`${to.arn}/`)),
      );
      return hit ? [{ ref, because: `it starts ${hit.to.name} (${hit.proof})` }] : [];
    });
  return once([...clocks, ...ours]).filter(({ ref }) => parentKinds.includes(ref.kind) && !isOver(search, ref));
}

const configKind = 'sagemaker.notebook-instance-lifecycle-config';

/** Lifecycle configs that the attack wrote, the subject, or what hangs on the subject where whoever acts in the attack changed that. */
function scripts(search: Search): readonly FoundTarget[] {
  const { facts, subject, attack } = search;
  const attached = (known(facts, subject)?.relations ?? [])
    .filter(({ role, to }) => role === 'lifecycle-config' && to.kind === configKind)
    .flatMap(({ to, proof }) => {
      const change = accepted(facts).findLast(
        (event) =>
          changesSomething(event) &&
          event.resources.some(({ relation, ...one }) => relation !== 'uses' && sameResource(one, to)) &&
          attack.events.some(({ principal }) => principal && event.principal && sameActor(principal, event.principal)),
      );
      return change ? [{ ref: to, because: `${subject.name} starts with it (${proof}); ${told(change)}` }] : [];
    });
  return once([...itself(search, configKind), ...attached, ...touched(search, [configKind], 'changed')]);
}

const studioScriptKind = 'sagemaker.studio-lifecycle-config';

/** Domains, profiles and spaces whose apps start with a script of the attack: it wrote the script, or attached it. */
function studioScripted(search: Search): readonly FoundTarget[] {
  const kinds = ['sagemaker.domain', 'sagemaker.user-profile', 'sagemaker.space'];
  const attached = search.attack.events
    .filter((event) => changesSomething(event) && event.resources.some(({ kind }) => kind === studioScriptKind))
    .flatMap((event) =>
      namedIn(event, ({ kind, arn, relation }) => kinds.includes(kind) && arn !== '' && relation !== 'parent'),
    );
  const written = once([...itself(search, studioScriptKind), ...touched(search, [studioScriptKind], 'changed')]);
  return once([...attached, ...written.flatMap(({ ref }) => downstream(search, ref, kinds, 1))]);
}

/** Notebooks that start with one of these scripts. */
function scriptedNotebooks(search: Search): readonly FoundTarget[] {
  const all = scripts(search);
  const { facts, subject } = search;
  const fromScripts = all.flatMap(({ ref }) => downstream(search, ref, ['sagemaker.notebook-instance'], 1));
  const attached =
    subject.kind === 'sagemaker.notebook-instance'
      ? (known(facts, subject)?.relations ?? [])
          .filter(({ role }) => role === 'lifecycle-config')
          .map(({ to, proof }) => ({ ref: subject, because: `it starts with ${to.name} (${proof})` }))
      : [];
  return once([...attached, ...fromScripts]);
}

/** The notebook, and those that the attack opened or changed. */
function notebooks(search: Search): readonly FoundTarget[] {
  const { attack } = search;
  const kind = 'sagemaker.notebook-instance';
  const opened = attack.events
    .filter((event) => changesSomething(event) || isMint(event))
    .flatMap((event) => namedIn(event, (one) => one.kind === kind && one.relation !== 'uses'));
  return once([...itself(search, kind), ...scriptedNotebooks(search), ...opened]).filter(
    ({ ref }) => !isOver(search, ref),
  );
}

/** User profiles: the subject, that of its app or space, and those that the attack opened. */
function profiles(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  const kind = 'sagemaker.user-profile';
  const owner = (known(facts, subject)?.relations ?? [])
    .filter(({ to }) => to.kind === kind)
    .map(({ to, proof }) => ({ ref: to, because: `${subject.name} is theirs (${proof})` }));
  const opened = attack.events.flatMap((event) => namedIn(event, (one) => one.kind === kind && one.arn !== ''));
  return once([...itself(search, kind), ...owner, ...opened]);
}

function spaces(search: Search): readonly FoundTarget[] {
  const kind = 'sagemaker.space';
  return once([
    ...itself(search, kind),
    ...search.attack.events
      .filter(({ action }) => /UpdateSpace|CreateSpace|StartSession/.test(action))
      .flatMap((event) => namedIn(event, (one) => one.kind === kind && one.arn !== '')),
  ]);
}

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
function endpoints(search: Search): readonly FoundTarget[] {
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
const madeEndpoints = (search: Search): readonly FoundTarget[] => touched(search, [endpointKind], 'created');

const packageKind = 'sagemaker.model-package';
const groupKind = 'sagemaker.model-package-group';

/** Versions that the attack registered or approved, or the subject. */
const packages = (search: Search): readonly FoundTarget[] =>
  once([...itself(search, packageKind), ...touched(search, [packageKind], 'changed')]).filter(
    ({ ref }) => ref.arn !== '' && /\/\d+$/.test(ref.arn),
  );

/** Groups that were shared: the subject, and those whose policy the attack put. */
const sharedGroups = (search: Search): readonly FoundTarget[] =>
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
const deployRules = (search: Search): readonly FoundTarget[] => {
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
function sinks(search: Search): readonly FoundTarget[] {
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

/** Accounts of strangers that the attack shared something with: principals of other accounts that its calls name. */
function outsiders({ attack, facts }: Search): readonly FoundTarget[] {
  return once(
    attack.events.filter(changesSomething).flatMap((event) =>
      event.resources.flatMap(({ kind, arn, name }) => {
        const account = parseArn(arn)?.account ?? (kind === 'iam.account' ? name : '');
        return account && /^\d{12}$/.test(account) && account !== facts.account
          ? [{ ref: { kind: 'iam.account', arn: '', name: account }, because: told(event) }]
          : [];
      }),
    ),
  );
}

/** Buckets whose policy the attack wrote, once for each role or user of a stranger's account that it names. */
function openedBuckets({ attack, facts }: Search): readonly FoundTarget[] {
  const found = new Map<string, FoundTarget>();
  for (const event of attack.events.filter(({ action }) => action === 's3:PutBucketPolicy'))
    for (const { arn: principal, kind } of event.resources) {
      const account = parseArn(principal)?.account;
      if ((kind !== 'iam.role' && kind !== 'iam.user') || !account || account === facts.account) continue;
      for (const { kind: bucketKind, arn, name } of event.resources)
        if (bucketKind === 's3.bucket')
          found.set(`${arn} ${principal}`, {
            ref: { kind: bucketKind, arn, name },
            because: `${told(event)}; it names ${principal}`,
            params: { principal },
          });
    }
  return [...found.values()];
}

/** Trails that the attack switched off. */
const trails = (search: Search): readonly FoundTarget[] =>
  once([
    ...itself(search, 'cloudtrail.trail'),
    ...search.attack.events
      .filter(({ action }) => action === 'cloudtrail:StopLogging')
      .flatMap((event) => namedIn(event, ({ kind }) => kind === 'cloudtrail.trail')),
  ]);

/** Log groups whose lines the attack had expire early. */
const shortenedGroups = (search: Search): readonly FoundTarget[] =>
  once([
    ...itself(search, 'logs.log-group'),
    ...search.attack.events
      .filter(({ action }) => action === 'logs:PutRetentionPolicy')
      .flatMap((event) => namedIn(event, ({ kind }) => kind === 'logs.log-group')),
  ]);

/** The root user, where the attack acts as it. */
const root = ({ attack, facts }: Search): readonly FoundTarget[] => {
  const event = attack.events.find(({ principal }) => principal?.type === 'Root');
  return event
    ? [
        {
          ref: { kind: 'iam.root', arn: `arn:${facts.partition}:iam::${facts.account}:root`, name: 'root' },
          because: told(event),
        },
      ]
    : [];
};

/** Users that the attack made. */
const madeUsers = (search: Search): readonly FoundTarget[] => touched(search, ['iam.user'], 'created');

/** Ways to find targets, by name. Pure: the same facts, the same targets in the same order. */
export const targets = {
  roles,
  rolesTaken,
  people,
  keys,
  madeUsers,
  workloads,
  parents,
  scripts,
  scriptedNotebooks,
  studioScripted,
  notebooks,
  profiles,
  spaces,
  endpoints,
  madeEndpoints,
  packages,
  sharedGroups,
  deployRules,
  sinks,
  outsiders,
  openedBuckets,
  trails,
  shortenedGroups,
  root,
} satisfies { readonly [name: string]: (search: Search) => readonly FoundTarget[] };

export type TargetName = keyof typeof targets;
