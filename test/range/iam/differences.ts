import { isIP } from 'node:net';
import type { IamCase, Policy, Statement } from './cases.ts';
import type { Condition } from './conditions.ts';
import { ours, theirs } from './judges.ts';

/** Where `@cloud-copilot/iam-simulate` and AWS's guide say different things: the range follows the guide. */
interface KnownDifference {
  readonly what: string;
  readonly page: string;
  /** The same case without what the two see differently: the range's verdict stays, theirs becomes the range's. */
  readonly without: (one: IamCase) => IamCase;
}

/** Whether a value holds a policy variable that the request has no key for, and no default. */
const isUnresolved = ({ context }: IamCase, value: string): boolean =>
  [...value.matchAll(/\$\{([^},]+)\}/g)].some(([, name = '']) => {
    const known = context[name.trim()];
    return !/^[*?$]$/.test(name) && typeof known !== 'string';
  });

const guide = 'https://docs.aws.amazon.com/IAM/latest/UserGuide';

function withConditions(
  one: IamCase,
  change: (operator: string, key: string, values: readonly string[]) => readonly string[],
) {
  const changed = (condition: Condition): Condition =>
    Object.fromEntries(
      Object.entries(condition).map(([operator, keys]) => [
        operator,
        Object.fromEntries(
          Object.entries(keys)
            .map(([key, values]): [string, readonly string[]] => [key, change(operator, key, values)])
            .filter(([, values]) => values.length > 0),
        ),
      ]),
    );
  return withStatements(one, ({ Condition, ...rest }) =>
    Condition ? { ...rest, Condition: changed(Condition) } : rest,
  );
}

function withStatements(one: IamCase, statement: (one: Statement) => Statement): IamCase {
  const policy = (of: Policy): Policy => ({ ...of, Statement: of.Statement.map(statement) });
  return {
    ...one,
    identity: one.identity.map(policy),
    ...(one.boundary ? { boundary: policy(one.boundary) } : {}),
    ...(one.session ? { session: policy(one.session) } : {}),
    ...(one.resourcePolicy ? { resourcePolicy: policy(one.resourcePolicy) } : {}),
  };
}

/** A variable without a value is like nothing: what must not be like it, is not. */
function withoutUnresolved(one: IamCase): IamCase {
  const on = ({ NotResource, ...rest }: Statement): Statement => {
    const left = NotResource && [NotResource].flat().filter((pattern) => !isUnresolved(one, pattern));
    return left === undefined ? rest : left.length > 0 ? { ...rest, NotResource: left } : { ...rest, Resource: ['*'] };
  };
  return withStatements(
    withConditions(one, (operator, _key, values) =>
      operator.includes('Not') ? values.filter((value) => !isUnresolved(one, value)) : values,
    ),
    on,
  );
}

/** All that are known. */
export const differences: readonly KnownDifference[] = [
  {
    what: 'a policy variable without a value is like nothing, so a negation holds: theirs says no',
    page: `${guide}/reference_policies_variables.html#policy-vars-no-value`,
    without: withoutUnresolved,
  },
  {
    what: 'IfExists makes an absent key fulfil ForAnyValue too: theirs says no',
    page: `${guide}/reference_policies_elements_condition_operators.html#Conditions_IfExists`,
    without: (one) =>
      withConditions(one, (operator, key, values) =>
        /^ForAnyValue:.*IfExists$/.test(operator) && one.context[key] === undefined ? [] : values,
      ),
  },
  {
    what: 'NotIpAddress holds for an address of the other family: theirs says no',
    page: `${guide}/reference_policies_elements_condition_operators.html#Conditions_IPAddress`,
    without: (one) => {
      const family = isIP(String(one.context['aws:SourceIp'] ?? ''));
      return withConditions(one, (operator, key, values) =>
        operator.includes('NotIpAddress') && key === 'aws:SourceIp' && family !== 0
          ? values.filter((value) => isIP(value.split('/')[0] ?? '') === family)
          : values,
      );
    },
  },
  {
    what: "a resource's policy that names the session, or everybody, is not capped by the session's policy: theirs caps it",
    page: `${guide}/access_policies_boundaries.html`,
    without: ({ session, ...one }) =>
      ours({ ...one, ...(session ? { session } : {}) }).by === 'resource-based policy'
        ? one
        : { ...one, ...(session ? { session } : {}) },
  },
];

/** Which known differences explain that the two disagree of a case; empty: none does. */
export async function explain(one: IamCase): Promise<readonly KnownDifference[]> {
  const { decision } = ours(one);
  const explains = async (known: readonly KnownDifference[]) => {
    const plain = known.reduce((left, { without }) => without(left), one);
    return ours(plain).decision === decision && (await theirs(plain)).decision === decision;
  };
  for (const known of differences) if (await explains([known])) return [known];
  return (await explains(differences)) ? differences : [];
}
