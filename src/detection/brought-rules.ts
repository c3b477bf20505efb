import { type IndicatorKind, type IndicatorRef, indicatorKinds } from '../model/indicator.ts';
import type { RuleSource } from './rule-set.ts';

/** What `|`-separated lists of one item may hold; see `item.ts`. */
const mostOfItem = 10_000;

interface Look {
  readonly title: string;
  readonly kinds: readonly IndicatorKind[];
  readonly service: 'cloudtrail' | 'cloudwatch';
  readonly falsePositive: string;
}

const looks: { readonly [id: string]: Look } = {
  address: {
    title: 'An address that was brought as an indicator made a call',
    kinds: ['address'],
    service: 'cloudtrail',
    falsePositive: 'The list holds an address of our own: a proxy, a VPN, an office.',
  },
  network: {
    title: 'An address of a network that was brought as an indicator made a call',
    kinds: ['network'],
    service: 'cloudtrail',
    falsePositive: 'The network is a cloud’s or a provider’s, and others have addresses there too.',
  },
  'user-agent': {
    title: 'A user agent that was brought as an indicator made a call',
    kinds: ['user-agent'],
    service: 'cloudtrail',
    falsePositive: 'A tool that others use as well, and a text that anybody can send.',
  },
  name: {
    title: 'A record names what was brought as an indicator',
    kinds: ['access-key', 'arn', 'bucket', 'image', 'digest', 'script'],
    service: 'cloudtrail',
    falsePositive: 'The list holds a name of our own account.',
  },
  'log-line': {
    title: 'A line of a log names what was brought as an indicator',
    kinds: ['address', 'access-key', 'arn', 'bucket', 'image', 'digest'],
    service: 'cloudwatch',
    falsePositive: 'The line only tells of a refusal, or of a list of our own.',
  },
};

/** Values of Sigma are patterns; these are not. */
const literal = (value: string): string => value.replaceAll(/[\\*?]/g, '\\$&');

const fieldOf: { readonly [id: string]: string } = {
  address: 'sourceIPAddress',
  network: 'sourceIPAddress|cidr',
  'user-agent': 'userAgent',
};

/**
 * Rules that find indicators which somebody brought, one for each way of looking. They are like any other: what they find stands in Findings,
 * on the timeline and in the report.
 */
export function broughtRules(indicators: readonly IndicatorRef[]): RuleSource {
  const documents = Object.entries(looks).flatMap(([id, { title, kinds, service, falsePositive }]) => {
    const wanted = indicators.filter(({ kind }) => kinds.includes(kind));
    if (wanted.length === 0) return [];
    const field = fieldOf[id] ?? 'firebreak.holds';
    const values = wanted.map(({ kind, value }) =>
      field === 'firebreak.holds' ? literal(`${kind} ${value}`) : id === 'network' ? value : literal(value),
    );
    // S3 writes agents in brackets.
    const all = id === 'user-agent' ? values.flatMap((value) => [value, `[${value}]`]) : values;
    const selections: { [name: string]: { readonly [field: string]: readonly string[] } } = {};
    for (let at = 0; at < all.length; at += mostOfItem)
      selections[`brought${at / mostOfItem}`] = { [field]: all.slice(at, at + mostOfItem) };
    const value = {
      id: `brought-${id}`,
      title,
      description: `${wanted.length.toLocaleString('en')} indicators were brought to this incident; this event has one of them.`,
      level: 'high',
      status: 'stable',
      logsource: { product: 'aws', service },
      detection: { ...selections, condition: '1 of brought*' },
      falsepositives: [falsePositive],
      custom: {
        about: 'actor',
        triage: [
          'Look in Indicators which one it is, what was noted with it, and on whose list it stood.',
          'Pivot to everything else that has it, and to everything else of this principal.',
          'Say "our own" of it there when the list is wrong.',
        ],
        evidence: [service === 'cloudtrail' ? 'cloudtrail' : 'logs:'],
      },
    };
    return [{ file: 'brought indicators', value, lineOf: () => undefined }];
  });
  return { origin: 'built-in', documents };
}

/** All of these rules, for what they are called. */
export const everyBroughtRule = (): RuleSource => broughtRules(indicatorKinds.map((kind) => ({ kind, value: kind })));
