import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'identity.source-identity',
  topic: 'identity and access',
  title: 'user profile as source identity',
  about: ['sagemaker.domain'],
  why: 'Without it, records of what people in Studio did name the role only: who of those that share it did it cannot be told.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/monitor-user-access.html'],
  remedy: (subject) =>
    commands(
      comment('Only while no app runs; the trust of the execution roles must allow sts:SetSourceIdentity:'),
      cli('sagemaker', 'update-domain', {
        'domain-id': describe.domainIdOf(subject),
        'domain-settings-for-update': 'ExecutionRoleIdentityConfig=USER_PROFILE_NAME',
      }),
    ),
  judge: (subject, { ask }) =>
    judged(describe.domain(subject, ask), ({ DomainSettings }, field) => {
      const config = DomainSettings?.ExecutionRoleIdentityConfig;
      return weakIf(config !== 'USER_PROFILE_NAME', [field('DomainSettings.ExecutionRoleIdentityConfig', config)]);
    }),
};
export default check;
