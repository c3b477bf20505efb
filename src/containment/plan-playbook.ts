import { noun, sameResource } from '../inventory/doors/facts.ts';
import type { ResourceRef } from '../model/resource.ts';
import { canonicalJson } from '../shared/json.ts';
import type { ContainmentAction } from './action.ts';
import { type HandOff, identityCenterHandOff, rootHandOff, supportHandOff } from './hand-off.ts';
import type { PlannedPlaybook, PlannedStep, Playbook, PlaybookStep, StepOrder, StepPurpose } from './playbook.ts';
import { type OutsideUse, outsideUse, type PlaybookFacts } from './playbook-facts.ts';
import type { FoundTarget, Search } from './playbook-search.ts';
import { attackOf } from './playbook-suspects.ts';
import { targets } from './playbook-targets.ts';
import { some } from './words.ts';

/** The two orders of 5.10. Recording first in both; what leaks goes with the compute. */
const orders: { readonly [first in StepOrder['first']]: readonly StepPurpose[] } = {
  credentials: ['record', 'credentials', 'entry', 'parents', 'compute', 'leak', 'restore'],
  entry: ['record', 'entry', 'parents', 'compute', 'leak', 'credentials', 'restore'],
};

/** Why a purpose's turn is where it is. */
const places: { readonly [first in StepOrder['first']]: { readonly [purpose in StepPurpose]: string } } = {
  credentials: {
    record: 'first: what follows must be recorded',
    credentials: 'before compute is stopped: the credentials are in use elsewhere, and no stop ends those',
    entry: 'next: nobody opens again what is stopped below',
    parents: 'before the jobs: it would start them again',
    compute: 'after its credentials and its entry are cut: what is stopped stays stopped',
    leak: 'when nobody can change it back',
    restore: 'last: whoever could switch it off again is refused by now',
  },
  entry: {
    record: 'first: what follows must be recorded',
    credentials:
      'last, when compute has stopped: AWS needs the role to clean up, and running compute would only fetch new credentials',
    entry: 'first: nobody opens again what is stopped below',
    parents: 'before the jobs: it would start them again',
    compute: 'after entry is cut: what is stopped stays stopped',
    leak: 'when nobody can change it back',
    restore: 'last: whoever could switch it off again is refused by now',
  },
};

/** Denies that leave AWS nothing to clean up an endpoint with. */
const strandsEndpoints: readonly string[] = ['iam.role.deny-all', 'iam.role.set-boundary', 'iam.role.freeze-trust'];

function orderOf(playbook: Playbook, uses: readonly OutsideUse[], roles: readonly FoundTarget[]): StepOrder {
  const [use] = uses;
  const names = some(roles.map(({ ref }) => ref.name));
  if (use)
    return {
      first: 'credentials',
      why: `the role first, since no stop ends credentials that are elsewhere: ${use.why}`,
      eventIds: uses.flatMap(({ eventId }) => (eventId === '' ? [] : [eventId])),
    };
  if (playbook.premise === 'credentials-outside')
    return {
      first: 'credentials',
      why: `the role first: the finding is that somebody holds credentials of ${names || 'the role'}; their use from outside of AWS compute is not among the events loaded`,
      eventIds: [],
    };
  return {
    first: 'entry',
    why: `entry first, then compute, the role last: no use of ${names || 'its role'} from outside of AWS compute is among the events loaded`,
    eventIds: [],
  };
}

/** Who else runs as a role, beside what the playbook stops. */
function sharedBy(role: ResourceRef, stopped: readonly ResourceRef[], { resources }: PlaybookFacts): string {
  const others = resources.filter(
    (one) =>
      one.role &&
      one.activity !== 'idle' &&
      sameResource(one.role, role) &&
      !stopped.some((ref) => sameResource(ref, one.ref)),
  );
  return others.length === 0
    ? ''
    : `also run as it, and are refused, too: ${some(others.map(({ ref }) => `${noun(ref.kind)} ${ref.name}`))}`;
}

const isIdentityCenter = ({ kind, arn }: ResourceRef): boolean =>
  kind === 'iam.role' && arn.includes(':role/aws-reserved/sso.amazonaws.com/');

/** Who the session of a role is, where the event says. */
function personOf(role: ResourceRef, { event }: PlaybookFacts): { readonly person?: string; readonly userId?: string } {
  const principal = event?.principal;
  if (principal?.issuerArn?.toLowerCase() !== role.arn.toLowerCase()) return {};
  return {
    person: principal.name.slice(principal.name.indexOf('/') + 1),
    ...(principal.userId ? { userId: principal.userId } : {}),
  };
}

function handOffOf(step: PlaybookStep, found: FoundTarget, facts: PlaybookFacts): HandOff | undefined {
  const { ref, because } = found;
  if (step.handOff === 'root') return rootHandOff(facts.account);
  if (step.handOff === 'aws-support')
    return supportHandOff(
      ref.kind === 's3.bucket'
        ? `hold what was copied into bucket ${ref.name}, and have its owner stopped`
        : `act on account ${ref.name}, with which data of ${facts.account} was shared`,
      [because],
    );
  // Known before anything is planned: the role's path says so.
  return isIdentityCenter(ref) ? identityCenterHandOff(ref.name, facts.now, personOf(ref, facts)) : undefined;
}

/**
 * A playbook on a subject: which actions on what, in which order and why. Pure; sends and reads nothing. Steps of which no target is found
 * are left out, and it is said why.
 */
export function planPlaybook(
  playbook: Playbook,
  subject: ResourceRef,
  facts: PlaybookFacts,
  actions: readonly Pick<ContainmentAction, 'id' | 'title' | 'appliesTo'>[],
): PlannedPlaybook {
  const attack = attackOf(subject, facts);
  const search: Search = { subject, facts, attack };
  const roles = targets.roles(search);
  const uses = roles.flatMap(({ ref }) => outsideUse(ref, facts) ?? []);
  const order = orderOf(playbook, uses, roles);
  const leftOut: string[] = [];
  const drafts: PlannedStep[] = [];
  for (const step of playbook.steps) {
    const found = targets[step.target](search);
    if (found.length === 0) {
      if (!leftOut.includes(step.none)) leftOut.push(step.none);
      continue;
    }
    for (const one of found) {
      const { ref } = one;
      if (step.when === 'outside' && !uses.some(({ role }) => sameResource(role, ref))) {
        leftOut.push(`${ref.name} is not taken: none of its credentials were seen outside of AWS compute`);
        continue;
      }
      const action = step.actions
        .flatMap((id) => actions.find((candidate) => candidate.id === id) ?? [])
        .find(({ appliesTo }) => appliesTo.includes(ref.kind));
      if (!action && step.actions.length > 0) {
        leftOut.push(`${ref.kind} ${ref.name}: nothing in the catalogue does this to it`);
        continue;
      }
      const handOff = handOffOf(step, one, facts);
      const params = one.params ?? {};
      if (
        drafts.some(
          (draft) =>
            draft.actionId === (action?.id ?? '') &&
            sameResource(draft.target, ref) &&
            canonicalJson(draft.params) === canonicalJson(params),
        )
      )
        continue;
      drafts.push({
        id: '',
        purpose: step.purpose,
        actionId: action?.id ?? '',
        title: action?.title ?? 'Ask others',
        target: { kind: ref.kind, arn: ref.arn, name: ref.name },
        because: one.because,
        why: step.why,
        place: '',
        note: '',
        params,
        instead: step.instead ?? [],
        ...(handOff ? { handOff } : {}),
      });
    }
  }
  const stopped = drafts.map(({ target }) => target);
  const steps = inOrder(drafts, order).map((step, index) => ({
    ...step,
    id: String(index + 1),
    place: places[order.first][step.purpose],
    note: step.purpose === 'credentials' ? sharedBy(step.target, stopped, facts) : '',
  }));
  return {
    playbook: playbook.id,
    title: playbook.title,
    subject: { kind: subject.kind, arn: subject.arn, name: subject.name },
    order,
    steps,
    leftOut: [...new Set([...leftOut, ...attack.notCounted])],
    unseen: facts.unseen,
    targetsAtOnce: targetsAtOnce(steps),
  };
}

/** Steps by purpose, within one as the playbook has them; an endpoint is deleted before its role is denied everything. */
export function inOrder(steps: readonly PlannedStep[], { first }: Pick<StepOrder, 'first'>): readonly PlannedStep[] {
  const rank = (step: PlannedStep) => orders[first].indexOf(step.purpose);
  const sorted = steps.toSorted((a, b) => rank(a) - rank(b));
  const strands = sorted.findIndex(({ actionId }) => strandsEndpoints.includes(actionId));
  if (strands < 0) return sorted;
  const late = sorted.slice(strands).filter(({ actionId }) => actionId === 'sagemaker.endpoint.delete');
  return [...sorted.slice(0, strands), ...late, ...sorted.slice(strands).filter((step) => !late.includes(step))];
}

/** How many targets the widest action has. */
export function targetsAtOnce(steps: readonly Pick<PlannedStep, 'actionId'>[]): number {
  const counts = new Map<string, number>();
  for (const { actionId } of steps) counts.set(actionId, (counts.get(actionId) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

/** One action on several targets, one after the other. */
export function planBatch(
  action: Pick<ContainmentAction, 'id' | 'title'>,
  chosen: readonly ResourceRef[],
  params: PlannedStep['params'] = {},
): PlannedPlaybook {
  const steps = chosen.map(
    ({ kind, arn, name }, index): PlannedStep => ({
      id: String(index + 1),
      purpose: 'compute',
      actionId: action.id,
      title: action.title,
      target: { kind, arn, name },
      because: 'it was marked in the inventory',
      why: '',
      place: 'in the order of the list',
      note: '',
      params,
      instead: [],
    }),
  );
  return {
    playbook: 'batch',
    title: `${action.title} (${chosen.length} marked)`,
    subject: { kind: '', arn: '', name: '' },
    order: { first: 'entry', why: 'one action on what was marked, one after the other', eventIds: [] },
    steps,
    leftOut: [],
    unseen: [],
    targetsAtOnce: chosen.length,
  };
}
