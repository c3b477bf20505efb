import { sha256 } from '../shared/digest.ts';
import { policyNamePattern } from './policy-document.ts';

/**
 * `IR-<incident>-DenyAll`: tells whoever finds the policy where it came from. An incident's name that IAM would not take is spelled with
 * dashes, plus a piece of its hash so that two incidents never share a policy.
 */
export function denyAllPolicyName(incident: string): string {
  const name = `IR-${incident}-DenyAll`;
  if (policyNamePattern.test(name)) return name;
  return `IR-${incident.replaceAll(/[^\w+=,.@-]+/g, '-').slice(0, 80)}-${sha256(incident).slice(0, 8)}-DenyAll`;
}
