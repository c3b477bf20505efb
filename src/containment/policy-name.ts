import { sha256 } from '../shared/digest.ts';
import { policyNamePattern } from './policy-document.ts';

/** What a policy of ours does, as its name says it. */
export type PolicyPurpose = 'DenyAll' | 'DenyInvoke' | 'DenySageMakerEntry' | 'DenyStudioLaunch' | 'Quarantine';

/**
 * `IR-<incident>-<purpose>`: tells whoever finds the policy where it came from. An incident's name that IAM would not take is spelled with
 * dashes, plus a piece of its hash so that two incidents never share a policy; so is the name of what it is about (an endpoint), if any.
 */
export function policyNameOf(incident: string, purpose: PolicyPurpose, about?: string): string {
  const tail = about === undefined ? purpose : `${purpose}-${about}`;
  const name = `IR-${incident}-${tail}`;
  if (policyNamePattern.test(name)) return name;
  const spelled = incident.replaceAll(/[^\w+=,.@-]+/g, '-').slice(0, 40);
  return `IR-${spelled}-${sha256(`${incident} ${about ?? ''}`).slice(0, 8)}-${tail.slice(0, 70)}`;
}

/** The name of the policy of `iam.role.deny-all` and `iam.user.deny-all`. */
export const denyAllPolicyName = (incident: string): string => policyNameOf(incident, 'DenyAll');
