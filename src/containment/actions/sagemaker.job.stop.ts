import type { Aws, ReadCall } from '../../aws/aws.ts';
import { RefusedError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { type StoppableKind, stopJobSteps, stoppableKinds, stoppedCheck } from '../jobs.ts';
import { isGone, memberOf, readAs } from '../state-check.ts';
import { nothingToSend, wait } from '../step.ts';
import { lines } from '../words.ts';

/** `undefined` when there is no such thing. */
async function describe(read: ReadCall, aws: Aws, signal: AbortSignal): Promise<unknown> {
  try {
    return await readAs(aws, read, signal);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

const textOf = (answer: unknown, member: string | undefined): string => {
  const value = member === undefined ? undefined : memberOf(answer, member);
  return typeof value === 'string' ? value : '';
};

/** What started it and would start the next one. */
const parentsOf = (family: StoppableKind, answer: unknown): readonly string[] =>
  (family.parents ?? []).map((member) => textOf(answer, member)).filter((arn) => arn !== '');

/** Kind of a job by its ARN: `arn:…:hyper-parameter-tuning-job/x` is `sagemaker.hyper-parameter-tuning-job`. */
const kindOfArn = (arn: string): string => `sagemaker.${/^arn:[^:]*:sagemaker:[^:]*:[^:]*:([^/]+)\//.exec(arn)?.[1]}`;

function stopOf(family: StoppableKind): ContainmentAction {
  const { kind, noun, member, running, stopping, ended, start } = family;
  return {
    id: `${kind}.stop`,
    title: `Stop ${noun}${start ? '' : ': it cannot be continued'}`,
    class: family.class,
    appliesTo: [kind],
    references: family.references,
    reversible: start !== undefined,

    async plan(target, context: ActionContext) {
      const { aws, signal } = context;
      const now = await describe(family.read(target), aws, signal);
      if (now === undefined)
        return nothingToSend(`${noun} ${target.name} does not exist in ${context.region}: nothing runs`);
      const state = textOf(now, member);
      const role = textOf(now, family.roleMember);
      const parents = parentsOf(family, now);
      const stillOpen = [
        ...parents.map((arn) => ({
          what: `${arn} started it and may start another`,
          until: null,
          closeWith: stoppableKinds.some((one) => one.kind === kindOfArn(arn)) ? `${kindOfArn(arn)}.stop ${arn}` : null,
        })),
        ...(role
          ? [
              {
                what: `credentials of ${role} that were copied out of it`,
                until: null,
                closeWith: `iam.role.quarantine ${role}`,
              },
            ]
          : []),
      ];
      if (ended.includes(state)) return { ...nothingToSend(`${noun} ${target.name} is ${state} already`), stillOpen };
      if (stopping.includes(state))
        return {
          ...nothingToSend(`${noun} ${target.name} is ${state} already: wait until it has ended`),
          steps: [wait(`${target.name} must have ended`, stoppedCheck(family, target))],
          stillOpen,
        };
      if (!running.includes(state))
        throw new RefusedError(
          'Busy',
          `${noun} ${target.name} is ${state}: AWS stops it only while it is ${running.join(' or ')}`,
          ['Plan again when that has ended'],
        );
      return {
        summary: `Stop ${noun} ${target.name} and wait until it has ended`,
        impact: lines(
          parents.length > 0 && `Its parent ${parents.join(', ')} should be stopped first, or it starts another.`,
          family.impact,
        ),
        evidenceLost: family.evidenceLost ?? [],
        notRestored: family.notRestored,
        steps: stopJobSteps(family, target, context),
        // What can be started again comes back in another of its running states (Created, then Started).
        preconditions: start ? [] : [{ read: family.read(target), member, equals: state }],
        stillOpen,
        ...(start ? { comesBack: [`${noun} ${target.name}${role ? `, as ${role}` : ''}`] } : {}),
      };
    },

    async verify(target, { aws, signal }) {
      const now = await describe(family.read(target), aws, signal);
      const state = textOf(now, member);
      return [
        {
          what: `${noun} ${target.name} does not run`,
          holds: now === undefined || ended.includes(state),
          why: now === undefined ? `${family.read(target).name} finds nothing` : `${member} = ${state}`,
        },
      ];
    },

    async *affected(target, { aws, signal }) {
      const now = await describe(family.read(target), aws, signal);
      const role = textOf(now, family.roleMember);
      for (const arn of parentsOf(family, now))
        yield { kind: kindOfArn(arn), arn, why: 'started it, and may start another: stop this first', undoes: true };
      if (role) yield { kind: 'iam.role', arn: role, why: 'it acts as this role' };
    },
  };
}

/** Jobs, executions, schedules and servers that one call stops; they differ in names only. Facts 5.3, M1. */
export default stoppableKinds.map(stopOf);
