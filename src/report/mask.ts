/** What stands in a secret's place. */
export const masked = '«masked»';

const hint =
  /token|secret|password|passwd|credential|signature|authorizedurl|bearer|private key|eyJ|A[KS]IA|IQoJ|F[wQ]oG/i;

/** Each keeps its first group and loses what follows it. Bounded and without nested repetition: the text is attacker-controlled. */
const patterns: readonly RegExp[] = [
  // Presigned URLs, of S3 and of SageMaker; `=` may be URL-encoded.
  /((?:X-Amz-(?:Signature|Security-Token|Credential)|authToken|auth_token)(?:=|%3D))[^&\s"'<>|\\]+/gi,
  // `"SecretAccessKey": "…"`, `aws_secret_access_key=…`, with the quotes escaped once more where JSON stands in JSON.
  /((?:AuthorizedUrl|aws_?secret_?access_?key|secret_?access_?key|aws_?session_?token|session_?token|security_?token|client_?secret|private_?key|password|passwd)\\{0,3}["']?\s{0,3}[:=]\s{0,3}\\{0,3}["']?)[^\s"',;&\\]+/gi,
  // A secret key is 40 characters of base64; they stand beside their key's id.
  /(\bA[KS]IA[A-Z0-9]{16}\b[\s\S]{0,40}?(?<![A-Za-z0-9/+=]))[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/g,
  // AWS session tokens say so in their first bytes.
  /()\b(?:IQoJb3JpZ2lu|F[wQ]oGZXIvYXdz)[A-Za-z0-9/+=%]{20,}/g,
  /(\bBearer\s{1,3})[\w.~+/=-]{8,}/gi,
  /()\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /(-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)[\s\S]+?(?=-----END |$)/g,
];

/**
 * Masks what looks like a secret inside recorded text: signatures and tokens of presigned URLs, secret access keys, session tokens,
 * passwords, private keys. A guess by shape, so it can mask too much; the evidence itself stays in the incident's folder.
 */
export function mask(text: string): string {
  if (text.length < 8 || !hint.test(text)) return text;
  return patterns.reduce((kept, pattern) => kept.replace(pattern, `$1${masked}`), text);
}

/**
 * JSON in which every text is masked, members' names left alone. Control and format characters that JSON would leave as they are (C1, bidi
 * overrides, line separators) are escaped: the same values for a parser, nothing for the terminal that a line is printed on.
 */
export const maskedJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) => (typeof member === 'string' ? mask(member) : member)).replaceAll(
    /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu,
    // Those beyond the first plane are two units.
    (character) => [...Array(character.length).keys()].map((at) => unit(character.charCodeAt(at))).join(''),
  );

const unit = (code: number): string => `\\u${code.toString(16).padStart(4, '0')}`;
