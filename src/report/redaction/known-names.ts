import { shortKind } from '../../model/resource.ts';
import type { IncidentView } from '../incident-view.ts';
import { isPublicName } from './pseudonyms.ts';

/** Members of calls' inputs whose text is a name. */
const naming = /(?:Name|Names|Id|Identifier|Bucket|Role|User|Group|Key|Prefix)$/;

/** What stands in an incident that a redaction replaces, in the order of its events. */
export interface KnownNames {
  /** Names, in lower case, with what kind of thing each names: what free text is held against. */
  readonly names: ReadonlyMap<string, string>;
  readonly accounts: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
}

/** Gathers them. Goes through all events once, whatever will be exported of them. */
export function knownNames(view: IncidentView): KnownNames {
  const names = new Map<string, string>();
  const accounts = new Set<string>();
  const addresses = new Set<string>();
  const keys = new Set<string>();
  const add = (path: string, kind: string) => {
    for (const name of [path, ...path.split(/[/:]/)]) {
      const key = name.toLowerCase();
      if (name.length > 1 && name.length <= 1_024 && !isPublicName(name) && !names.has(key)) names.set(key, kind);
    }
  };
  const addArn = (arn: string) => {
    const [, , service = '', , account = '', ...rest] = arn.split(':');
    if (account === 'aws' || rest.length === 0) return;
    const tail = rest.join(':');
    const [, role, session] = /^assumed-role\/([^/]+)\/(.+)$/.exec(tail) ?? [];
    if (role && session) {
      add(role, 'role');
      add(session, 'session');
      return;
    }
    const type = service === 's3' ? undefined : /^([a-z][a-z-]*)[/:](?=.)/.exec(tail);
    add(type ? tail.slice(type[0].length) : tail, type?.[1] ?? (service === 's3' ? 'bucket' : service || 'name'));
  };
  const addMembers = (value: unknown, member: string): void => {
    if (typeof value === 'string') {
      if (value.startsWith('arn:')) addArn(value);
      else if (naming.test(member) && value.length <= 256 && !/[\s{]/.test(value)) add(value, 'name');
    } else if (Array.isArray(value)) for (const one of value) addMembers(one, member);
    else if (value !== null && typeof value === 'object') {
      const { kind, arn, name } = value as { readonly kind?: unknown; readonly arn?: unknown; readonly name?: unknown };
      if (typeof kind === 'string' && typeof name === 'string') add(name, shortKind(kind));
      if (typeof arn === 'string') addArn(arn);
      for (const [inner, one] of Object.entries(value)) addMembers(one, inner);
    }
  };

  if (view.account) accounts.add(view.account);
  for (const { principal, resources, account, sourceIp } of view.events()) {
    if (account) accounts.add(account);
    if (sourceIp) addresses.add(sourceIp);
    if (principal?.accessKeyId) keys.add(principal.accessKeyId);
    if (principal) {
      const isUser = principal.type === 'IAMUser';
      addArn(principal.arn);
      if (principal.issuerArn) addArn(principal.issuerArn);
      if (principal.type === 'AssumedRole' && principal.name.includes('/'))
        addArn(`arn::::0:assumed-role/${principal.name}`);
      else if (principal.type !== 'AWSService') add(principal.name, isUser ? 'user' : 'session');
      for (const person of [principal.person, principal.sourceIdentity, principal.userId])
        if (person) add(person, 'person');
    }
    for (const { kind, arn, name } of resources) {
      if (arn) addArn(arn);
      add(name, shortKind(kind));
    }
  }
  addArn(view.identityArn);
  if (view.alias) add(view.alias, 'account-alias');
  for (const by of [
    view.con?.who,
    ...[
      ...view.marks,
      ...view.tags,
      ...view.notes,
      ...view.containments,
      ...view.playbooks,
      ...view.playbooks.flatMap(({ steps }) => steps),
      ...view.playbooks.flatMap(({ ended }) => ended ?? []),
      ...view.handOffs,
    ].map((one) => one.by),
  ])
    if (by?.startsWith('arn:')) addArn(by);
    else if (by) add(by, 'person');
  addMembers(
    view.containments.map(({ plan, assessment, undo }) => ({ plan, assessment, undo })),
    '',
  );
  addMembers(
    view.playbooks.map(({ subject, steps }) => ({ subject, targets: steps.map(({ target }) => target) })),
    '',
  );
  addMembers(
    view.handOffs.map(({ target }) => target),
    '',
  );
  addMembers(view.doors?.doors ?? [], '');
  // What a check says of the account as a whole has its number for a name.
  addMembers(
    (view.posture?.results ?? []).flatMap(({ resource }) => (resource.kind === 'account' ? [] : [resource])),
    '',
  );
  for (const { account } of view.posture?.results ?? []) if (account) accounts.add(account);
  for (const { chain } of view.chains)
    for (const { name, resource } of chain.links) {
      add(name, 'session');
      if (resource) addMembers(resource, '');
    }
  for (const { name } of view.attachments) add(name, 'file');
  for (const { targets } of view.collections) for (const name of targets) add(name, 'name');
  return { names, accounts, addresses, keys };
}
