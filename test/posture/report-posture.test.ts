import { expect, it } from 'vitest';
import { type Posture, postureRecord, postureTopics } from '../../src/model/posture.ts';
import { wholeReport } from '../../src/report/options.ts';
import { redactedView } from '../../src/report/redaction/redacted-view.ts';
import { renderReport } from '../../src/report/report.ts';
import { refused } from '../inventory/answering-aws.ts';
import { drawn } from '../report/html.ts';
import { view } from '../report/views.ts';
import { judge, subjectOf } from './judge.ts';

const named = async (name: string): Promise<Posture> =>
  judge(subjectOf('sagemaker.notebook-instance', name), {
    'sagemaker:DescribeNotebookInstance': {
      RootAccess: 'Enabled',
      RoleArn: `arn:aws:iam::111122223333:role/${name}-role`,
    },
    'iam:GetRole': refused('iam:GetRole'),
  });
const section = (text: string): string => /^## Posture$[\s\S]*?(?=^## )/m.exec(text)?.[0] ?? '';

it('tells by topic what is weak with its evidence and remedy, and what is unknown with the missing permission', async () => {
  const text = section(renderReport(view({ posture: postureRecord(await named('fraud-lab')) }), wholeReport));
  for (const topic of postureTopics) expect(text).toContain(`| ${topic} |`);
  expect(text).toContain('### Posture: infrastructure security');
  expect(text).toContain('**root access on the notebook** (`infrastructure.notebook-root-access`)');
  expect(text).toContain('`RootAccess = Enabled` (`sagemaker:DescribeNotebookInstance`)');
  expect(text).toContain(
    'aws sagemaker update-notebook-instance --notebook-instance-name fraud-lab --root-access Disabled',
  );
  expect(text).toMatch(/- who may take the role on \(`role fraud-lab-role`\): not readable: needs iam/);
});

const lastAnswer = (text: string): string => /^\| 15 \|.*$/m.exec(text)?.[0] ?? '';

it('answers which practice failed from what is weak, resource by resource with its evidence', async () => {
  const posture = postureRecord(await named('fraud-lab'));
  const answer = lastAnswer(renderReport(view({ posture }), wholeReport));
  expect(answer).toMatch(
    /\| Weak when it was read: `nb fraud-lab`: .*root access on the notebook `RootAccess = Enabled` \(`sagemaker:DescribeNotebookInstance`\)/,
  );
  expect(answer).toMatch(/\d+ questions could not be answered\./);
  expect(answer).not.toContain('sagemaker-notebook-instance-root-access-check');
  expect(answer).not.toContain('needs a person');
});

it('says that nobody judged it, where nobody did, and never that it is sound', async () => {
  expect(section(renderReport(view(), wholeReport))).toMatch(/was not evaluated/);
  expect(lastAnswer(renderReport(view(), wholeReport))).toContain('was not evaluated: **needs a person**');
  const posture = postureRecord(await named('fraud-lab'));
  const unknown = posture && {
    ...posture,
    results: posture.results.filter(({ verdict }) => verdict === 'unknown'),
    counts: posture.counts.map((one) => ({ ...one, weak: 0 })),
  };
  expect(lastAnswer(renderReport(view({ posture: unknown }), wholeReport))).toMatch(
    /Nothing weak was found in \d+ resources?\. \d+ questions could not be answered\. What failed \*\*needs a person\*\*/,
  );
});

it('stays in its section whatever things are called', async () => {
  const evil = 'x`|<b>\n# head\n```\n[a](http://evil.example)';
  const rows = (text: string) => text.split('\n').filter((line) => /^(?:#|```|\|)/.test(line)).length;
  const calm = section(renderReport(view({ posture: postureRecord(await named('calm')) }), wholeReport));
  const whole = renderReport(view({ posture: postureRecord(await named(evil)) }), wholeReport);
  expect(rows(section(whole))).toBe(rows(calm));
  expect(drawn(whole).rows('The fifteen questions').at(-1)).toHaveLength(3);
});

it.each(['share', 'public'] as const)('leaves no name when it is redacted: %s', async (profile) => {
  const secret = 'zanzibar-lab';
  const whole = view({ posture: postureRecord(await named(secret)) });
  const text = section(renderReport(redactedView(whole, profile), wholeReport));
  expect(text).toContain('RootAccess = Enabled');
  expect(text).not.toContain('zanzibar');
  expect(text).not.toContain('111122223333');
});
