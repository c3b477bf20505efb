import { timeOf } from '../../normalise/member.ts';
import type { AlertFormat } from '../alert.ts';
import { apiCall, indicatorsOfArns, keyIndicators } from '../alert-parts.ts';
import type { Indicator } from '../indicator.ts';
import { pick, pickList, pickText } from '../pick.ts';
import { addressOf, isEventId, isKeyId } from '../shapes.ts';

/** `ds-exec/alice` of an ARN of a session. */
const sessionOf = (arn: string): string => /:assumed-role\/([^/]+\/.+)$/.exec(arn)?.[1] ?? '';

/** One CloudTrail record: bare, in `Records`, as LookupEvents answers it, or as EventBridge carries it. */
export default {
  id: 'cloudtrail',
  title: 'CloudTrail record',
  references: [
    'https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html',
  ],
  read(value) {
    // What LookupEvents says about a record has members of the same names, and the record inside, which says more.
    if (pickText(value, 'CloudTrailEvent') !== '') return undefined;
    const name = pickText(value, 'eventName');
    if (name === '' || pickText(value, 'eventSource') === '' || pick(value, 'eventTime') === undefined)
      return undefined;
    const identity = pick(value, 'userIdentity');
    const indicators: Indicator[] = [];
    const unused: string[] = [];
    const id = pickText(value, 'eventID') || pickText(value, 'eventId');
    if (isEventId(id)) indicators.push({ type: 'event', id });
    keyIndicators(
      {
        id: pickText(identity, 'accessKeyId'),
        user: sessionOf(pickText(identity, 'arn')) || pickText(identity, 'userName'),
      },
      indicators,
      unused,
    );
    // What a role session was given out in this call.
    const issued = pickText(value, 'responseElements', 'credentials', 'accessKeyId');
    if (isKeyId(issued)) indicators.push({ type: 'key', id: issued });
    // Calls that a service makes come from its host's name.
    const from = addressOf(pickText(value, 'sourceIPAddress'));
    if (from && 'indicator' in from) indicators.push(from.indicator);
    indicators.push(...apiCall(name));
    indicators.push(...indicatorsOfArns(pickList(value, 'resources').map((resource) => pickText(resource, 'ARN'))));
    const at = timeOf(pick(value, 'eventTime'));
    return {
      what: 'CloudTrail record',
      title: name,
      account: pickText(value, 'recipientAccountId') || pickText(identity, 'accountId'),
      region: pickText(value, 'awsRegion'),
      firstSeen: at,
      lastSeen: at,
      indicators,
      ...(id === '' ? {} : { eventId: id }),
      unused,
    };
  },
} satisfies AlertFormat as AlertFormat;
