import { sameResource } from '../inventory/doors/facts.ts';
import { changesSomething } from '../model/event.ts';
import { accepted, known, once } from './playbook-facts.ts';
import {
  downstream,
  type FoundTarget,
  isOver,
  itself,
  namedIn,
  type Search,
  told,
  touched,
} from './playbook-search.ts';
import { isMint, sameActor } from './playbook-suspects.ts';

const configKind = 'sagemaker.notebook-instance-lifecycle-config';

/** Lifecycle configs that the attack wrote, the subject, or what hangs on the subject where whoever acts in the attack changed that. */
export function scripts(search: Search): readonly FoundTarget[] {
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
export function studioScripted(search: Search): readonly FoundTarget[] {
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
export function scriptedNotebooks(search: Search): readonly FoundTarget[] {
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
export function notebooks(search: Search): readonly FoundTarget[] {
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
export function profiles(search: Search): readonly FoundTarget[] {
  const { subject, facts, attack } = search;
  const kind = 'sagemaker.user-profile';
  const owner = (known(facts, subject)?.relations ?? [])
    .filter(({ to }) => to.kind === kind)
    .map(({ to, proof }) => ({ ref: to, because: `${subject.name} is theirs (${proof})` }));
  const opened = attack.events.flatMap((event) => namedIn(event, (one) => one.kind === kind && one.arn !== ''));
  return once([...itself(search, kind), ...owner, ...opened]);
}

/** Spaces: the subject, and those that the attack made, changed or opened a session in. */
export function spaces(search: Search): readonly FoundTarget[] {
  const kind = 'sagemaker.space';
  return once([
    ...itself(search, kind),
    ...search.attack.events
      .filter(({ action }) => /UpdateSpace|CreateSpace|StartSession/.test(action))
      .flatMap((event) => namedIn(event, (one) => one.kind === kind && one.arn !== '')),
  ]);
}
