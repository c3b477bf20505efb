import { readYaml } from '../../src/detection/read-yaml.ts';
import { EventRecord } from '../../src/detection/record.ts';
import { type RuleSet, type RuleSource, ruleSet } from '../../src/detection/rule-set.ts';
import { normalise } from '../../src/normalise/normalise.ts';

/** Rules of one YAML text. */
export function source(text: string, file = 'rules.yml', origin: RuleSource['origin'] = 'user'): RuleSource {
  return { origin, ...readYaml(text, file) };
}

export const setOf = (...texts: readonly string[]): RuleSet =>
  ruleSet(texts.map((text, index) => source(text, `${index}.yml`)));

let number = 0;

/** A CloudTrail record with what every one has. */
export const cloudtrail = (members: { readonly [name: string]: unknown }): { readonly [name: string]: unknown } => {
  number += 1;
  return {
    eventVersion: '1.09',
    eventID: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    eventTime: '2026-11-23T20:31:02Z',
    eventSource: 'sagemaker.amazonaws.com',
    eventName: 'CreateModel',
    awsRegion: 'us-east-1',
    recipientAccountId: '111122223333',
    ...members,
  };
};

/** A record as rules read it. */
export function asked(members: { readonly [name: string]: unknown }): EventRecord {
  const text = JSON.stringify(cloudtrail(members));
  const found = normalise({ format: 'cloudtrail', text });
  if (found.rejected !== undefined) throw new Error(found.rejected);
  return new EventRecord(found.event, found.record, text);
}

/** A detection around the given selections and condition. */
export const rule = (detection: string, head = ''): string => `title: Under test
id: under-test
logsource: {product: aws, service: cloudtrail}
level: low
${head}
detection:
${detection.replaceAll(/^/gm, '  ')}
`;

/** Whether the one rule of a detection's YAML matches a record. @throws Error when the rule is refused. */
export function matches(detection: string, members: { readonly [name: string]: unknown }): boolean {
  const { events, problems } = setOf(rule(detection));
  if (problems.length > 0) throw new Error(problems[0]!.problem);
  return events[0]!.detection.matches(asked(members));
}

/** What is wrong with a detection, with its line and field. */
export function problemOf(text: string): {
  readonly line: number | undefined;
  readonly field: string;
  readonly problem: string;
} {
  const { problems } = setOf(text);
  if (problems.length !== 1) throw new Error(`${problems.length} problems`);
  const { line, field, problem } = problems[0]!;
  return { line, field, problem };
}
