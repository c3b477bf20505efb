import type { Identity } from '../aws/aws.ts';
import type { Callers } from '../model/caller.ts';
import { AwsCallError, ExpectedError } from '../model/errors.ts';
import type { Restriction } from '../policy/restriction.ts';
import type { ActionContext, Affected, ContainmentAction, Plan } from './action.ts';
import { alsoAffected } from './also-affected.ts';
import type { Assessment, Radius } from './containment.ts';
import { readEndpoint } from './endpoint-reading.ts';
import { expectations } from './expectations.ts';
import { invocationsOf, invocationsText } from './invocations.ts';
import { ownRefusedCalls } from './lock-out.ts';
import { carriedAway, orderWarnings } from './order-warnings.ts';
import { checkPermissions, principalBehind, type TriedCalls } from './permissions.ts';
import { effectWords, radiusWords } from './radius-words.ts';
import type { RecordedCalls } from './recorded-calls.ts';
import { readRestrictions, restrictionsIn } from './restrictions.ts';

/** Before anything is known. */
export const emptyAssessment: Assessment = {
  affected: [],
  affectedComplete: false,
  permissions: { checked: 'pending', missing: [], notSeen: [] },
};

/** Endpoints of a role that CloudWatch is asked about; each is charged. */
const mostEndpoints = 10;

/** What an assessment may look at besides AWS. */
export interface AssessmentFacts {
  readonly identity: Pick<Identity, 'arn' | 'partition'>;
  /** Absent where no events are loaded. */
  readonly recorded?: RecordedCalls | undefined;
  /** Calls of ours that AWS took or denied before, in this incident. */
  readonly tried?: TriedCalls;
}

/**
 * Finds out what a plan hits, what of the recorded calls it refuses, whether the responder may send it and whether it comes in the right
 * order, and publishes each bit as it comes. Reads only; never blocks a plan.
 * @returns The last that was published. @throws The signal's reason.
 */
export async function assessPlan(
  action: ContainmentAction,
  plan: Plan,
  { identity, recorded, tried }: AssessmentFacts,
  context: ActionContext,
  publish: (assessment: Assessment) => void,
): Promise<Assessment> {
  const { takes, assumed } = expectations[action.id] ?? {};
  const isDeny = restrictionsIn(plan).length > 0;
  let assessment: Assessment = {
    ...emptyAssessment,
    ...(takes === undefined ? {} : { takes }),
    ...(assumed === undefined ? {} : { assumed }),
    ...(isDeny ? { radius: { state: 'counting', sentences: [] } } : {}),
  };
  let callers: Callers | undefined;
  let ownCalls: readonly string[] = [];
  let restrictions: readonly Restriction[] = restrictionsIn(plan);
  const change = (part: Partial<Assessment>) => {
    context.signal.throwIfAborted();
    const next = { ...assessment, ...part };
    const warnings = orderWarnings({ plan, restrictions, affected: next.affected, callers, ownCalls });
    assessment = { ...next, ...(warnings.length > 0 || next.warnings ? { warnings } : {}) };
    publish(assessment);
  };
  const list = async () => {
    const affected: Affected[] = [];
    try {
      const progress = (done: number, total: number) => change({ affectedProgress: { done, total } });
      const counted = { ...context, progress };
      for (const part of [action.affected?.(plan.target, counted), alsoAffected(plan, counted)])
        for await (const one of part ?? []) {
          affected.push(one);
          change({ affected: [...affected] });
        }
      change({ affectedComplete: true, affectedProgress: undefined });
    } catch (error) {
      if (!(error instanceof AwsCallError) || context.signal.aborted) throw error;
      change({ affectedProblem: error.message, affectedProgress: undefined });
    }
    const invocations = isDeny ? await invocationsWords(affected, context) : [];
    if (invocations.length > 0) change({ invocations });
  };
  const look = async () => {
    if (recorded) {
      try {
        callers = await recorded.callers(context.signal);
        change({});
      } catch (error) {
        // Warnings can do without; a store that cannot be read is said with the radius.
        if (context.signal.aborted || !(error instanceof ExpectedError)) throw error;
      }
    }
    if (!isDeny) return;
    restrictions = await readRestrictions(plan, context);
    change({ radius: await count(restrictions, recorded, carriedAway(callers), context.signal) });
  };
  const lockOut = async () => {
    if (!isDeny) return;
    const role = await principalBehind(identity.arn, context).catch((error: unknown) => {
      // Whose role it is only sharpens the answer; the session's own ARN tells most.
      if (error instanceof AwsCallError && error.reason !== 'aborted') return undefined;
      throw error;
    });
    ownCalls = ownRefusedCalls(plan, identity.arn, role);
    if (ownCalls.length > 0) change({});
  };
  await Promise.all([
    list(),
    look(),
    lockOut(),
    checkPermissions(plan, identity, context, tried).then((permissions) => change({ permissions })),
  ]);
  return assessment;
}

async function count(
  restrictions: readonly Restriction[],
  recorded: RecordedCalls | undefined,
  suspectKeys: readonly string[],
  signal: AbortSignal,
): Promise<Radius> {
  const unknown = (why: string): Radius => ({
    state: 'not-loaded',
    sentences: [`what it refuses of the recorded calls is not known: ${why}`, ...effectWords(restrictions)],
  });
  if (!recorded) return unknown('no events are loaded here; give --incident NAME, or plan it in the console');
  try {
    const found = await recorded.radius(restrictions, suspectKeys, signal);
    return { state: 'counted', sentences: radiusWords(found, restrictions), recorded: found };
  } catch (error) {
    if (signal.aborted || !(error instanceof ExpectedError)) throw error;
    return unknown(error.message);
  }
}

/** How busy the endpoints are that run as what is denied. */
async function invocationsWords(affected: readonly Affected[], context: ActionContext): Promise<readonly string[]> {
  const endpoints = affected.filter(({ kind, doing }) => kind === 'sagemaker.endpoint' && doing === 'running');
  const words: string[] = [];
  for (const { arn } of endpoints.slice(0, mostEndpoints)) {
    const endpoint = await readEndpoint(arn.slice(arn.lastIndexOf('/') + 1), context);
    if (endpoint)
      words.push(`endpoint ${endpoint.EndpointName}: ${invocationsText(await invocationsOf(endpoint, context))}`);
  }
  if (endpoints.length > mostEndpoints)
    words.push(`${endpoints.length - mostEndpoints} more endpoints were not asked about`);
  return words;
}
