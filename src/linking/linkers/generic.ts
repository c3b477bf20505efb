import { resourceOfArn } from '../arn-resource.ts';
import type { Found, Linker } from '../linker.ts';

/** Sessions are principals, not resources; the role behind them is named elsewhere. */
const isSession = (arn: string) => /^arn:[^:]*:sts:/.test(arn);

/** What every record says in the same way: CloudTrail's own `resources[]`, and ARNs that stand as whole values. */
export default {
  id: 'generic',
  services: 'any',
  link(call) {
    const found: Found[] = [];
    for (const { arn, type } of call.named) {
      const resource = resourceOfArn(arn);
      if (!resource || isSession(arn)) continue;
      // SageMaker's state changes list what changed; CloudTrail lists the parents, too, but what it is about is of the operation's kind.
      found.push(type === '' && call.event.origin === 'eventbridge' ? { ...resource, relation: 'target' } : resource);
    }
    for (const { value } of call.request) {
      const resource = resourceOfArn(value);
      if (resource && !isSession(value)) found.push(resource);
    }
    for (const { value } of call.response) {
      const resource = resourceOfArn(value);
      if (resource && !isSession(value)) found.push(resource);
    }
    return found;
  },
} satisfies Linker as Linker;
