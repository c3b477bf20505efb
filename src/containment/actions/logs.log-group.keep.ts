import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { call, nothingToSend } from '../step.ts';

/** Retention for ever: AWS has no number for it, the policy is deleted. */
const forever = 'never-expire';
/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const days = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/** The days to keep; `undefined`: for ever. @throws UsageError */
function wanted({ params }: Pick<ActionContext, 'params'>): number | undefined {
  const text = params.retention ?? forever;
  if (text === forever) return undefined;
  const found = days.find((one) => String(one) === text);
  if (found === undefined)
    throw new UsageError(`retention=${text} is none that CloudWatch Logs knows`, {
      nextSteps: [`Use ${forever} or one of ${days.join(', ')} days`],
    });
  return found;
}

/** @throws RefusedError `NoSuchLogGroup` */
async function readGroup(name: string, { aws, signal }: ActionContext) {
  const { logGroups = [] } = await aws.call(
    'logs:DescribeLogGroups',
    // Sorted by name: the group itself comes before all that only begin like it.
    { logGroupNamePrefix: name, limit: 1 },
    { signal, priority: 'operator' },
  );
  const group = logGroups.find(({ logGroupName }) => logGroupName === name);
  if (!group)
    throw new RefusedError('NoSuchLogGroup', `there is no log group ${name}: what it held is lost`, [
      'Look for copies: subscription filters, exports, the bucket of the trail',
    ]);
  return group;
}

const words = (retention: number | undefined): string => (retention === undefined ? 'for ever' : `${retention} days`);
const isShorter = (one: number | undefined, other: number | undefined): boolean =>
  one !== undefined && (other === undefined || one < other);

/**
 * Keeps a log group's lines longer, where somebody had them expire early to lose evidence. Expired lines are deleted within 72 hours, so what
 * was marked may be gone already.
 */
const action: ContainmentAction = {
  id: 'logs.log-group.keep',
  title: 'Keep log group: take its expiry away, or make it later',
  class: 'seconds',
  appliesTo: ['logs.log-group'],
  references: [
    'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteRetentionPolicy.html',
    'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html',
    'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/Working-with-log-groups-and-streams.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'retention',
      title: `${forever}, or so many days`,
      choices: async () => [forever, ...days.filter((one) => one >= 90).map(String)],
    },
  ],

  async plan(target, context) {
    const keep = wanted(context);
    const { retentionInDays: now } = await readGroup(target.name, context);
    const stillOpen = [
      {
        what: `whoever may call logs:DeleteLogGroup, DeleteLogStream or PutRetentionPolicy can still destroy ${target.name}`,
        until: null,
        closeWith: null,
      },
    ];
    if (now === keep) return { ...nothingToSend(`${target.name} keeps its lines ${words(now)} already`), stillOpen };
    if (isShorter(keep, now))
      throw new RefusedError(
        'WouldShorten',
        `${target.name} keeps its lines ${words(now)}: ${words(keep)} would be less, and destroy evidence`,
        [`Use --set retention=${forever}`],
      );
    const set = (retention: number | undefined) =>
      call(
        retention === undefined
          ? { name: 'logs:DeleteRetentionPolicy', input: { logGroupName: target.name } }
          : { name: 'logs:PutRetentionPolicy', input: { logGroupName: target.name, retentionInDays: retention } },
      );
    return {
      summary: `Keep the lines of ${target.name} ${words(keep)} instead of ${words(now)}`,
      impact: 'Nothing stops working; what is kept is paid for.',
      evidenceLost: [],
      notRestored: [`lines older than ${words(now)}, which AWS may have deleted already`],
      steps: [{ ...set(keep), undo: [set(now)] }],
      preconditions: [],
      stillOpen,
      comesBack: [`the expiry of ${target.name} after ${words(now)}`],
      undoRisk: `undo lets lines of ${target.name} that are older than ${words(now)} be deleted`,
    };
  },

  async verify(target, context) {
    const { retentionInDays } = await readGroup(target.name, context);
    const keep = wanted(context);
    return [
      {
        what: `${target.name} keeps its lines ${words(keep)}`,
        holds: !isShorter(retentionInDays, keep),
        why: `retentionInDays = ${retentionInDays ?? 'none'}`,
      },
    ];
  },
};
export default action;
