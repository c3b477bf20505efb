import { type Statement, statementsIn } from '../policy/statement.ts';
import { decodeDocument } from '../shared/policy-document.ts';

/** Somebody whom a resource's own policy lets in. */
export interface Admitted {
  /** As the policy writes it: `*`, an ARN, an account, a service. */
  readonly who: string;
  readonly statement: Statement;
}

/** Everybody whom the allowing statements of a trust or resource policy name; `undefined` when it is no policy that can be read. */
export function admittedBy(document: string | undefined): readonly Admitted[] | undefined {
  const statements = document === undefined ? undefined : statementsIn(decodeDocument(document));
  return statements?.flatMap((statement) => {
    const { effect, principals } = statement;
    if (effect !== 'Allow' || principals === undefined) return [];
    if (principals === '*') return [{ who: '*', statement }];
    return Object.values(principals).flatMap((names) => names.map((who) => ({ who, statement })));
  });
}

/** Whether a trust policy lets a service take the role on. */
export const trustsService = (document: string | undefined, service: string): boolean =>
  (admittedBy(document) ?? []).some(({ who }) => who === `${service}.amazonaws.com`);

/** The account that an ARN or a number names; empty for services, federations and `*`. */
export const accountIn = (who: string): string => /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(who)?.[1] ?? '';
