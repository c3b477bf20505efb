import { timeOf } from '../../normalise/member.ts';
import { type AlertFormat, fromEnvelope } from '../alert.ts';
import { apiCall, indicatorsOfArns, keyIndicators, remoteAddress } from '../alert-parts.ts';
import type { Indicator } from '../indicator.ts';
import { pick, pickList, pickText } from '../pick.ts';

/** Members of `Service.Action` that hold who was at the other end. */
const actions = [
  'awsApiCallAction',
  'networkConnectionAction',
  'kubernetesApiCallAction',
  'rdsLoginAttemptAction',
] as const;

/**
 * A finding as `get-findings` answers it (`Findings`) and as EventBridge carries it (`detail`): the same members, in two cases.
 * Attack sequences name several actors and endpoints instead.
 */
export default {
  id: 'guardduty',
  title: 'GuardDuty finding',
  references: [
    'https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Finding.html',
    'https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html',
  ],
  read(value, envelopes) {
    const service = pick(value, 'service');
    const type = pickText(value, 'type');
    const isFinding = pick(value, 'resource') !== undefined && /^[A-Za-z]+:[A-Za-z0-9]+\/\S+$/.test(type);
    if (!isFinding || pick(value, 'productArn') !== undefined) return undefined;
    const indicators: Indicator[] = [];
    const unused: string[] = [];
    const key = pick(value, 'resource', 'accessKeyDetails');
    keyIndicators(
      { id: pickText(key, 'accessKeyId'), user: pickText(key, 'userName'), userType: pickText(key, 'userType') },
      indicators,
      unused,
    );
    for (const action of actions) {
      const details = pick(service, 'action', action);
      remoteAddress(pickText(details, 'remoteIpDetails', 'ipAddressV4'), indicators, unused);
      remoteAddress(pickText(details, 'remoteIpDetails', 'ipAddressV6'), indicators, unused);
    }
    indicators.push(...apiCall(pickText(service, 'action', 'awsApiCallAction', 'api')));
    const sequence = pick(service, 'detection', 'sequence');
    for (const actor of pickList(sequence, 'actors'))
      keyIndicators(
        {
          id: pickText(actor, 'user', 'credentialUid'),
          user: pickText(actor, 'user', 'name'),
          userType: pickText(actor, 'user', 'type'),
        },
        indicators,
        unused,
      );
    for (const endpoint of pickList(sequence, 'endpoints')) remoteAddress(pickText(endpoint, 'ip'), indicators, unused);
    for (const resource of pickList(sequence, 'resources'))
      indicators.push(...indicatorsOfArns([pickText(resource, 'uid')]));
    const buckets = pickList(value, 'resource', 's3BucketDetails').map((bucket) => pickText(bucket, 'arn'));
    indicators.push(...indicatorsOfArns(buckets));
    return {
      what: 'GuardDuty finding',
      title: type,
      account: pickText(value, 'accountId') || String(fromEnvelope(envelopes, 'account') ?? ''),
      region: pickText(value, 'region') || String(fromEnvelope(envelopes, 'region') ?? ''),
      firstSeen: timeOf(pick(service, 'eventFirstSeen')) ?? timeOf(pick(value, 'createdAt')),
      lastSeen: timeOf(pick(service, 'eventLastSeen')) ?? timeOf(pick(value, 'updatedAt')),
      indicators,
      unused,
    };
  },
} satisfies AlertFormat as AlertFormat;
