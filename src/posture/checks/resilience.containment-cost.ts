import type { Check } from '../check.ts';
import { notApplicable, unanswered, usersEvidence } from '../check.ts';
import * as describe from '../describe.ts';
import { isServiceLinked } from '../policies.ts';
import { cli, commands, comment } from '../remedy.ts';
import { trustsService } from '../trust.ts';

/** What people log in to. */
const interactive = /^sagemaker\.(?:notebook-instance|app|space|user-profile|domain|mlflow|partner-app)/;
/** What others wait for. */
const serving = /^sagemaker\.(?:endpoint|endpoint-config|model|inference-component|pipeline-execution|[a-z-]+-job)$/;

const check: Check = {
  id: 'resilience.containment-cost',
  topic: 'resilience',
  title: 'what quarantining the role stops',
  about: ['iam.role'],
  why: 'People log in to what runs as it, and production runs as it too: cutting off the one who broke in stops what others wait for.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html'],
  remedy: ({ name }) =>
    commands(
      comment(`A role of its own for what serves, so that ${name} can be taken away:`),
      cli('iam', 'create-role', { 'role-name': 'SERVING_ROLE', 'assume-role-policy-document': 'file://trust.json' }),
      'aws sagemaker create-model --cli-input-json file://model-with-serving-role.json',
    ),
  judge(subject, facts) {
    if (isServiceLinked(subject)) return [];
    const reading = describe.role(subject, facts.ask);
    if (reading.state !== 'read') return [unanswered([reading])!];
    if (!trustsService(reading.value.Role?.AssumeRolePolicyDocument, 'sagemaker')) return [];
    const { users, unseen } = facts.usersOf(subject);
    const people = users.filter(({ kind }) => interactive.test(kind));
    const production = users.filter(({ kind }) => serving.test(kind));
    const evidence = [usersEvidence('people log in to', people), usersEvidence('others wait for', production)];
    if (people.length > 0 && production.length > 0) return [{ verdict: 'weak', evidence }];
    if (unseen.length > 0) return [{ verdict: 'unknown', evidence, note: `not looked at: ${unseen.join('; ')}` }];
    return [users.length > 0 ? { verdict: 'sound', evidence } : notApplicable('nothing runs as it now', evidence)];
  },
};
export default check;
