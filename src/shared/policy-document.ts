/**
 * A policy document as it was put. IAM reads documents back percent-encoded (RFC 3986), which the SDK leaves so; other services do not encode
 * them. What stands in it may be anything, no JSON included.
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

/** A policy document as people read it: JSON, indented; what is none as it was put, since it is evidence whatever it is. */
export function readableDocument(document: string): string {
  const text = decodeDocument(document);
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
