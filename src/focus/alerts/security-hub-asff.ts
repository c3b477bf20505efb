import { objectOf, textOf, timeOf } from '../../normalise/member.ts';
import type { AlertFormat } from '../alert.ts';
import { apiCall, indicatorsOfArns, keyIndicators, remoteAddress } from '../alert-parts.ts';
import type { Indicator } from '../indicator.ts';
import { pick, pickList, pickText } from '../pick.ts';
import { isKeyId } from '../shapes.ts';

/**
 * A finding in Security Hub's own format, as `get-findings` answers it and as EventBridge carries it (`detail.findings`). GuardDuty's
 * findings keep their details flattened in `ProductFields`, which older integrations fill and newer ones leave empty.
 */
export default {
  id: 'security-hub-asff',
  title: 'Security Hub finding (ASFF)',
  references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html'],
  read(value) {
    if (pickText(value, 'ProductArn') === '' || pickText(value, 'AwsAccountId') === '') return undefined;
    const indicators: Indicator[] = [];
    const unused: string[] = [];
    const fields = objectOf(pick(value, 'ProductFields')) ?? {};
    const field = (suffix: string) =>
      textOf(Object.entries(fields).find(([name]) => name.toLowerCase().endsWith(suffix.toLowerCase()))?.[1]);
    for (const resource of pickList(value, 'Resources')) {
      const id = pickText(resource, 'Id');
      const type = pickText(resource, 'Type');
      const details = pick(resource, 'Details', 'AwsIamAccessKey');
      if (type === 'AwsIamAccessKey' || details !== undefined) {
        // The id is written `AWS::IAM::AccessKey:AKIA…`, or as the key alone.
        const written = id.slice(id.lastIndexOf(':') + 1);
        keyIndicators(
          {
            id: [pickText(details, 'AccessKeyId'), written].find(isKeyId) ?? '',
            user: pickText(details, 'PrincipalName') || pickText(details, 'UserName'),
            userType: pickText(details, 'PrincipalType'),
          },
          indicators,
          unused,
        );
      } else if (type !== 'AwsAccount') {
        const found = indicatorsOfArns([id]);
        indicators.push(...found);
        if (found.length === 0 && id !== '') unused.push(`resource ${id}: it names nothing that CloudTrail knows`);
      }
    }
    if (!indicators.some(({ type }) => type === 'key'))
      keyIndicators(
        { id: field('accessKeyDetails/accessKeyId'), user: field('accessKeyDetails/userName') },
        indicators,
        unused,
      );
    for (const action of ['AwsApiCallAction', 'NetworkConnectionAction']) {
      remoteAddress(pickText(value, 'Action', action, 'RemoteIpDetails', 'IpAddressV4'), indicators, unused);
      remoteAddress(pickText(value, 'Action', action, 'RemoteIpDetails', 'IpAddressV6'), indicators, unused);
    }
    if (!indicators.some(({ type }) => type === 'address'))
      remoteAddress(field('remoteIpDetails/ipAddressV4'), indicators, unused);
    indicators.push(...apiCall(pickText(value, 'Action', 'AwsApiCallAction', 'Api') || field('awsApiCallAction/api')));
    return {
      what: 'Security Hub finding',
      title: textOf(pickList(value, 'Types')[0]) || pickText(value, 'Title'),
      account: pickText(value, 'AwsAccountId'),
      region: pickText(value, 'Region') || (pickText(value, 'ProductArn').split(':')[3] ?? ''),
      firstSeen: timeOf(pick(value, 'FirstObservedAt')) ?? timeOf(pick(value, 'CreatedAt')),
      lastSeen: timeOf(pick(value, 'LastObservedAt')) ?? timeOf(pick(value, 'UpdatedAt')),
      indicators,
      unused,
    };
  },
} satisfies AlertFormat as AlertFormat;
