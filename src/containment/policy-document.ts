import { canonicalJson } from '../shared/json.ts';

/** Denies everything, for everyone who acts as the role. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
export const denyAllDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Sid: 'FirebreakDenyAll', Effect: 'Deny', Action: '*', Resource: '*' }],
});

/**
 * A policy document as it was put. IAM reads documents back percent-encoded (RFC 3986), which the SDK leaves so.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */
export function decodeDocument(document: string): string {
  if (/^\s*\{/.test(document)) return document;
  try {
    return decodeURIComponent(document);
  } catch {
    return document; // Not encoded after all: a stray percent sign is part of the text.
  }
}

/** Whether two documents say the same, whatever their white space and the order of their members. */
export function sameDocument(one: string, other: string): boolean {
  try {
    return canonicalJson(JSON.parse(one)) === canonicalJson(JSON.parse(other));
  } catch {
    return one === other;
  }
}

/** IAM takes these characters in policy names, 128 at most. https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html */
export const policyNamePattern = /^[\w+=,.@-]{1,128}$/;
