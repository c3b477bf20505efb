import { sagemakerArn } from './account/account.ts';
import { type Thing, type ThingKind, thingOf, thingsOf } from './account/things.ts';
import { trustsService } from './authorize.ts';
import { Fault, validationFault } from './fault.ts';
import { listPage, listRules } from './listing.ts';
import type { CallContext, MemberRule, Members, Operation, Permission } from './operation.ts';

type Rules = { readonly [member: string]: MemberRule };

/** `iam:PassRole` on each, as SageMaker asks for it. */
export const passes = (roles: readonly string[]): readonly Permission[] =>
  [...new Set(roles)].map((resource) => ({
    action: 'iam:PassRole',
    resource,
    context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
  }));

/** @throws Fault when SageMaker could not assume one of the roles. */
export function requireAssumable(roles: readonly string[], { account }: CallContext): void {
  for (const role of roles)
    if (!trustsService(account, role, 'sagemaker.amazonaws.com'))
      throw validationFault(
        `Could not assume role ${role}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
      );
}

/** @throws Fault in the words of `missing`. */
export function requireThing(
  context: Pick<CallContext, 'region'>,
  kind: ThingKind,
  id: string,
  missing: (id: string) => readonly [code: string, message: string],
): Thing {
  const thing = thingOf(context.region, kind, id);
  if (thing) return thing;
  const [code, message] = missing(id);
  throw new Fault(code, message);
}

/** An operation that describes one thing. */
export const describing = (
  name: string,
  kind: ThingKind,
  input: Rules,
  idOf: (input: Members) => string,
  missing: (id: string) => readonly [code: string, message: string],
  describe: (thing: Thing, context: CallContext, input: Members) => Members,
): Operation => ({
  service: 'sagemaker',
  name,
  readOnly: true,
  input,
  resources: (given, { region }) => [
    thingOf(region, kind, idOf(given))?.arn ?? sagemakerArn(region, kind, idOf(given)),
  ],
  run: (given, context) => describe(requireThing(context, kind, idOf(given), missing), context, given),
});

/**
 * An operation that lists all things of a kind, page by page.
 *
 * @param wanted Filters beyond those that all lists share.
 */
export const listing = (
  name: string,
  kind: ThingKind,
  member: string,
  row: (thing: Thing, context: CallContext) => Members,
  options: {
    readonly input?: Rules;
    readonly wanted?: (thing: Thing, input: Members) => boolean;
    /** Status as `StatusEquals` and sorting know it. */
    readonly spelling?: (status: string) => string;
  } = {},
): Operation => ({
  service: 'sagemaker',
  name,
  readOnly: true,
  input: { ...listRules, ...options.input },
  run(input, context) {
    const { spelling, wanted } = options;
    const things = thingsOf(context.region, kind).filter((thing) => !wanted || wanted(thing, input));
    const items = things.map((thing) => ({
      name: thing.name,
      status: spelling ? spelling(thing.status) : thing.status,
      createdAt: thing.createdAt,
      modifiedAt: thing.modifiedAt,
      thing,
    }));
    return listPage(items, input, member, (item) => row(item.thing, context));
  },
});

/** The named members of an answer that are there. */
export const pick = (members: Members, names: readonly string[]): Members =>
  Object.fromEntries(names.filter((name) => members[name] !== undefined).map((name) => [name, members[name]]));

/** The input without what is no property of the resource. */
export const without = (input: Members, ...names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(input).filter(([name]) => name !== 'Tags' && !names.includes(name)));
