import { Random } from '../random.ts';
import { operationOf, type Workload } from './workload.ts';

/** Where the pipeline looks as well; nothing runs there. */
export const secondRegion = 'eu-west-1';

/** Mean pause between two calls, ms of the account's time. */
const everyMs = 45_000;
const calls = ['sts:GetCallerIdentity', 'sagemaker:ListEndpoints', 'sagemaker:ListNotebookInstances'] as const;

/** Lets the pipeline's session look into the second Region now and then, so that its event history is not empty. */
export function startSecondRegion(workload: Workload, from: number): void {
  const { door, people, schedule, seed } = workload;
  const chance = new Random(`${seed} ${secondRegion}`);
  const caller = people.get('ci');
  if (!caller) return;
  const next = (at: number) => {
    const due = Math.trunc(at + schedule.scaled(everyMs * chance.between(0.5, 1.5)));
    schedule.at(due, () => {
      const operation = operationOf(workload, chance.pick(calls));
      door.serve({
        operation,
        input: {},
        caller,
        region: secondRegion,
        at: due,
        sourceIp: '192.0.2.50',
        userAgent:
          'aws-sdk-js/3.1100.0 ua/2.1 os/linux#6.8.0-1030-azure lang/js md/nodejs#24.11.0 api/sagemaker#3.1100.0',
        random: chance,
        requestId: chance.uuid(),
      });
      next(due);
    });
  };
  next(from);
}
