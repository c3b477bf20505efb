import { textOf, timeOf } from '../../normalise/member.ts';
import { type AlertFormat, fromEnvelope } from '../alert.ts';
import { indicatorsOfArns } from '../alert-parts.ts';
import type { Indicator } from '../indicator.ts';
import { pick, pickList, pickText } from '../pick.ts';
import { isAccountId, isKeyId } from '../shapes.ts';

/**
 * AWS Health: credentials that were found in public, or that AWS takes for compromised (`AWS_RISK_…`). The key stands in
 * `affectedEntities`, alone or as `IAM_USER/name/AKIA…`, in `eventMetadata.publicKey`, or in the envelope's `resources`.
 */
export default {
  id: 'aws-health',
  title: 'AWS Health event (exposed credentials)',
  references: [
    'https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html',
    'https://docs.aws.amazon.com/health/latest/APIReference/API_Event.html',
  ],
  read(value, envelopes) {
    const code = pickText(value, 'eventTypeCode');
    if (code === '') return undefined;
    const metadata = pick(value, 'eventMetadata');
    const carried = fromEnvelope(envelopes, 'resources');
    const entities = [
      ...pickList(value, 'affectedEntities').map((entity) => pickText(entity, 'entityValue')),
      pickText(metadata, 'publicKey'),
      ...(Array.isArray(carried) ? carried.map(textOf) : []),
    ].filter((text) => text !== '');
    const indicators: Indicator[] = [];
    const unused: string[] = [];
    for (const entity of entities) {
      const key = entity.split(/[/:]/).find(isKeyId);
      const [, user] = /^IAM_USER\/([^/]+)/.exec(entity) ?? [];
      const named = indicatorsOfArns([entity]);
      if (key) indicators.push({ type: 'key', id: key });
      else if (user) indicators.push({ type: 'principal', name: user });
      else if (named.length > 0) indicators.push(...named);
      else if (!isAccountId(entity)) unused.push(`entity ${entity}: it is no access key and no ARN`);
    }
    const user = pickText(metadata, 'userName');
    if (user !== '' && indicators.length === 0) indicators.push({ type: 'principal', name: user });
    return {
      what: 'AWS Health event',
      title: code,
      account:
        pickText(value, 'affectedAccount') ||
        pickText(metadata, 'accountId') ||
        textOf(fromEnvelope(envelopes, 'account')),
      // Global events say `global`, which is no Region to look in.
      region: pickText(value, 'eventRegion') || pickText(value, 'region') || textOf(fromEnvelope(envelopes, 'region')),
      firstSeen: timeOf(pick(value, 'startTime')) ?? timeOf(fromEnvelope(envelopes, 'time')),
      lastSeen: timeOf(pick(value, 'lastUpdatedTime')),
      indicators,
      unused,
    };
  },
} satisfies AlertFormat as AlertFormat;
