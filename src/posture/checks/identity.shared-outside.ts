import type { PostureEvidence } from '../../model/posture.ts';
import { type Check, evidenceOf, type Judgement, unanswered } from '../check.ts';
import type { Reading } from '../facts.ts';
import { actionsText } from '../policies.ts';
import { cli, commands, comment } from '../remedy.ts';
import { accountIn, admittedBy } from '../trust.ts';

const check: Check = {
  id: 'identity.shared-outside',
  topic: 'identity and access',
  title: 'its own policy lets other accounts in',
  about: ['sagemaker.model-package-group', 's3.bucket'],
  why: 'Whoever is named there needs nothing of this account: revoking keys and sessions here does not end it.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-ram.html',
    'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html',
  ],
  remedy: ({ kind, name }) =>
    kind === 's3.bucket'
      ? commands(
          comment('Save it first; then put it back without the statement:'),
          `${cli('s3api', 'get-bucket-policy', { bucket: name, query: 'Policy', output: 'text' })} > bucket-policy.json`,
          cli('s3api', 'put-bucket-policy', { bucket: name, policy: 'file://bucket-policy.json' }),
        )
      : commands(
          comment('firebreak contain sagemaker.model-package-group.remove-outside-access does this with an undo'),
          cli('sagemaker', 'get-model-package-group-policy', { 'model-package-group-name': name }),
          cli('sagemaker', 'put-model-package-group-policy', {
            'model-package-group-name': name,
            'resource-policy': 'file://policy.json',
          }),
        ),
  judge(subject, { ask, account, ours }) {
    const isBucket = subject.kind === 's3.bucket';
    const bucket = isBucket ? ask('s3:GetBucketPolicy', { Bucket: subject.name }) : undefined;
    const group = isBucket
      ? undefined
      : ask('sagemaker:GetModelPackageGroupPolicy', { ModelPackageGroupName: subject.name });
    const reading: Reading<unknown> = bucket ?? group!;
    if (reading.state === 'gone') {
      // A thing that is gone has no policy either: whether it is there is asked, or said by the code.
      const there = isBucket
        ? reading.code === 'NoSuchBucketPolicy'
        : ask('sagemaker:DescribeModelPackageGroup', { ModelPackageGroupName: subject.name });
      if (there === true || (there !== false && there.state === 'read'))
        return [
          {
            verdict: 'sound',
            evidence: [evidenceOf(reading, 'policy', undefined)],
            note: 'it has no policy of its own',
          },
        ];
      return [unanswered([there === false ? reading : there])!];
    }
    if (reading.state !== 'read') return [unanswered([reading])!];
    const document =
      bucket?.state === 'read' ? bucket.value.Policy : group?.state === 'read' ? group.value.ResourcePolicy : undefined;
    return [judgePolicy(document, reading, account, ours)];
  },
};
export default check;

function judgePolicy(
  document: string | undefined,
  reading: Pick<Reading<unknown>, 'from'>,
  account: string,
  ours: ReadonlySet<string>,
): Judgement {
  if (!document) return { verdict: 'sound', evidence: [evidenceOf(reading, 'policy', undefined)] };
  const admitted = admittedBy(document);
  if (!admitted)
    return {
      verdict: 'unknown',
      evidence: [evidenceOf(reading, 'policy', document)],
      note: 'the policy cannot be read',
    };
  const outside = admitted.flatMap(({ who, statement }): PostureEvidence[] => {
    const other = accountIn(who);
    const foreign =
      who === '*' ? statement.conditions.length === 0 : other !== '' && other !== account && !ours.has(other);
    return foreign ? [evidenceOf(reading, 'policy', `Allow ${actionsText(statement)} to ${who}`)] : [];
  });
  if (outside.length > 0) return { verdict: 'weak', evidence: outside };
  return {
    verdict: 'sound',
    evidence: [
      evidenceOf(reading, 'policy', [...new Set(admitted.map(({ who }) => who))].join(', ') || 'lets nobody in'),
    ],
  };
}
