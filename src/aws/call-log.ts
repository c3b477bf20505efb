import { type AwsCall, type AwsCalls, noCalls, type ServiceCalls } from '../model/aws-call.ts';
import { type Observable, observable } from '../shared/observable.ts';

/** Takes down every call that passes the door; several doors may share one. */
export interface CallLog {
  readonly calls: Observable<AwsCalls>;
  add(call: Omit<AwsCall, 'number'>): void;
}

/** Calls that are kept; counts go on. */
const mostCalls = 2_000;

/**
 * Requests with a price of their own; all others here are free or cost fractions that no incident notices.
 * https://aws.amazon.com/cloudwatch/pricing/ https://aws.amazon.com/s3/pricing/
 */
const hasPrice = (name: string): boolean =>
  name === 'cloudwatch:GetMetricData' || name === 'logs:StartLiveTail' || name.startsWith('s3:');

/** Makes an empty log. */
export function createCallLog(): CallLog {
  const calls = observable(noCalls);
  const services = new Map<string, ServiceCalls>();
  const charged = new Map<string, number>();
  let number = 0;
  return {
    calls,
    add(call) {
      number += 1;
      const service = call.name.slice(0, call.name.indexOf(':'));
      const before = services.get(service) ?? { service, calls: 0, writes: 0, failed: 0, retries: 0 };
      services.set(service, {
        service,
        calls: before.calls + 1,
        writes: before.writes + (call.access === 'write' ? 1 : 0),
        failed: before.failed + (call.code === '' ? 0 : 1),
        retries: before.retries + call.retries,
      });
      if (hasPrice(call.name)) charged.set(call.name, (charged.get(call.name) ?? 0) + 1);
      const kept = calls.get();
      const all = [...kept.calls, { ...call, number }];
      const over = Math.max(0, all.length - mostCalls);
      calls.set({
        calls: over > 0 ? all.slice(over) : all,
        dropped: kept.dropped + over,
        services: [...services.values()].sort((a, b) => b.calls - a.calls || (a.service < b.service ? -1 : 1)),
        charged: [...charged].map(([name, times]) => ({ name, calls: times })),
      });
    },
  };
}
