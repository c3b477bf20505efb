import { RefusedError } from '../../model/errors.ts';
import type { ActionContext, ContainmentAction } from '../action.ts';
import { call, nothingToSend, wait } from '../step.ts';

/** The trail; one is changed in its home Region alone, by its ARN. @throws RefusedError `NoSuchTrail` */
async function readTrail(name: string, { aws, signal }: ActionContext) {
  const { trailList = [] } = await aws.call(
    'cloudtrail:DescribeTrails',
    { trailNameList: [name] },
    { signal, priority: 'operator' },
  );
  const [trail] = trailList;
  if (!trail?.TrailARN) throw new RefusedError('NoSuchTrail', `there is no trail ${name}`, ['See firebreak doctor']);
  return { arn: trail.TrailARN, name: trail.Name ?? name, home: trail.HomeRegion ?? '', trail };
}

/** Starts a trail that somebody stopped. What happened meanwhile it never gets; the event history has its management events. */
const action: ContainmentAction = {
  id: 'cloudtrail.trail.start-logging',
  title: 'Start trail again',
  class: 'seconds',
  appliesTo: ['cloudtrail.trail'],
  references: [
    'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html',
    'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html',
    'https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html',
  ],
  reversible: true,

  async plan(target, context) {
    const { aws, signal } = context;
    const { arn, home, name } = await readTrail(target.arn || target.name, context);
    if (arn.split(':')[4] !== context.account)
      throw new RefusedError('OtherAccount', `${name} is the organisation's trail, of account ${arn.split(':')[4]}`, [
        'Have it started from that account',
      ]);
    const at = home === '' ? {} : { region: home };
    const status = await aws.call('cloudtrail:GetTrailStatus', { Name: arn }, { signal, priority: 'operator', ...at });
    const stillOpen = [
      {
        what: `whoever may call cloudtrail:StopLogging, UpdateTrail or PutEventSelectors can blind ${name} again; its selectors, bucket and key are not looked at here`,
        until: null,
        closeWith: null,
      },
    ];
    if (status.IsLogging) return { ...nothingToSend(`Trail ${name} is logging already`), stillOpen };
    const stopped = status.StopLoggingTime?.toISOString();
    const write = (operation: 'cloudtrail:StartLogging' | 'cloudtrail:StopLogging') =>
      call({ name: operation, input: { Name: arn }, ...at });
    return {
      summary: `Start trail ${name}${stopped ? `, which was stopped at ${stopped}` : ''}`,
      impact: 'Nothing stops working. Calls are delivered to its bucket and log group again, some minutes late.',
      evidenceLost: [],
      notRestored: [
        `deliveries${stopped ? ` from ${stopped} on` : ' meanwhile'}: data events of that time are lost, management events stay in the event history for 90 days`,
      ],
      steps: [
        { ...write('cloudtrail:StartLogging'), undo: [write('cloudtrail:StopLogging')] },
        wait(`${name} must be logging`, {
          read: { name: 'cloudtrail:GetTrailStatus', input: { Name: arn }, ...at },
          member: 'IsLogging',
          until: ['true'],
        }),
      ],
      preconditions: [],
      stillOpen,
      comesBack: [`trail ${name} as it was found: stopped`],
      undoRisk: `undo stops trail ${name}: nothing is delivered to it any more`,
    };
  },

  async verify(target, context) {
    const { aws, signal } = context;
    const { arn, home, name } = await readTrail(target.arn || target.name, context);
    const { IsLogging } = await aws.call(
      'cloudtrail:GetTrailStatus',
      { Name: arn },
      { signal, priority: 'operator', ...(home === '' ? {} : { region: home }) },
    );
    return [{ what: `trail ${name} is logging`, holds: IsLogging === true, why: `IsLogging = ${IsLogging}` }];
  },
};
export default action;
