import { describe, expect, it } from 'vitest';
import { findingsOfAttacks, hasAttacks } from './attacks.ts';

if (!hasAttacks) process.stderr.write('recorded attacks: ../shared is not here, skipped\n');

/** What an analyst would call each recorded attack. */
const wanted: { readonly [attack: string]: string } = {
  'aws.credential-access.ec2-get-password-data': 'ec2-passwords-asked-in-bulk',
  'aws.credential-access.ec2-steal-instance-credentials': 'ec2-instance-credentials-outside',
  'aws.credential-access.secretsmanager-batch-retrieve-secrets': 'secrets-read-by-batch',
  'aws.credential-access.secretsmanager-retrieve-secrets': 'secrets-read-in-bulk',
  'aws.credential-access.ssm-retrieve-securestring-parameters': 'ssm-parameters-read-in-bulk',
  'aws.defense-evasion.cloudtrail-delete': 'cloudtrail-logging-stopped',
  'aws.defense-evasion.cloudtrail-event-selectors': 'cloudtrail-management-events-off',
  'aws.defense-evasion.cloudtrail-stop': 'cloudtrail-logging-stopped',
  'aws.defense-evasion.dns-delete-logs': 'dns-query-logging-deleted',
  'aws.defense-evasion.organizations-leave': 'organizations-account-left',
  'aws.defense-evasion.vpc-remove-flow-logs': 'vpc-flow-logs-deleted',
  'aws.discovery.ec2-download-user-data': 'ec2-user-data-read-in-bulk',
  'aws.execution.ec2-launch-unusual-instances': 'ec2-accelerators-launched',
  'aws.execution.ec2-user-data': 'ec2-start-script-swapped',
  'aws.execution.ssm-send-command': 'ssm-command-run',
  'aws.execution.ssm-start-session': 'ssm-sessions-to-several-instances',
  'aws.exfiltration.ec2-security-group-open-port-22-ingress': 'ec2-admin-port-opened-to-the-world',
  'aws.exfiltration.ec2-share-ami': 'storage-shared-with-another-account',
  'aws.exfiltration.ec2-share-ebs-snapshot': 'storage-shared-with-another-account',
  'aws.exfiltration.rds-share-snapshot': 'storage-shared-with-another-account',
  'aws.impact.bedrock-invoke-model': 'bedrock-models-opened',
  'aws.initial-access.console-login-without-mfa': 'console-login-without-mfa',
  'aws.lateral-movement.ec2-instance-connect': 'ec2-ssh-key-pushed-to-several',
  'aws.lateral-movement.ec2-serial-console-send-ssh-public-key': 'ec2-ssh-key-pushed-to-several',
  'aws.persistence.iam-backdoor-role': 'iam-role-trusts-another-account',
  'aws.persistence.iam-backdoor-user': 'iam-access-key-for-another-user',
  'aws.persistence.iam-create-admin-user': 'iam-user-made-and-given-access',
  'aws.persistence.iam-create-backdoor-role': 'iam-role-trusts-another-account',
  'aws.persistence.iam-create-user-login-profile': 'iam-console-password-set-for-another-user',
  'aws.persistence.lambda-backdoor-function': 'lambda-opened-to-others',
  'aws.persistence.lambda-layer-extension': 'lambda-code-replaced',
  'aws.persistence.lambda-overwrite-code': 'lambda-code-replaced',
  'aws.persistence.rolesanywhere-create-trust-anchor': 'rolesanywhere-trust-anchor-made',
  'aws.persistence.sts-federation-token': 'sts-federation-token',
  'aws.privilege-escalation.iam-update-user-login-profile': 'iam-console-password-set-for-another-user',
};

describe.skipIf(!hasAttacks)('each recorded attack', () => {
  const found = hasAttacks ? findingsOfAttacks() : new Map<string, never>();

  it('is one of those that are judged here', () => {
    expect([...found.keys()].sort()).toEqual(Object.keys(wanted).sort());
  });

  it.each(Object.entries(wanted))('%s is %s', (attack, rule) => {
    const findings = found.get(attack) ?? [];
    expect(findings.map((one) => one.rule)).toContain(rule);
    expect(findings.every(({ level }) => level !== 'informational' && level !== 'low')).toBe(true);
  });
});
