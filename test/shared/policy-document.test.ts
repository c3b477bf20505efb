import { expect, it } from 'vitest';
import { decodeDocument, readableDocument } from '../../src/shared/policy-document.ts';

const document = '{"Statement":[{"Resource":"arn:aws:s3:::a/%41 b"}]}';

it.each([
  ['as IAM encodes it', encodeURIComponent(document), document],
  ['as others give it, escapes in it included', document, document],
  ['after white space', `\n ${document}`, `\n ${document}`],
  ['no document at all, with a stray percent sign', '100 % of it', '100 % of it'],
  ['nothing', '', ''],
])('%s', (_, given, expected) => {
  expect(decodeDocument(given)).toBe(expected);
});

it('is indented where it is JSON, else shown as it was put', () => {
  expect(readableDocument(encodeURIComponent('{"a":1}'))).toBe('{\n  "a": 1\n}');
  expect(readableDocument('%7Bno%20JSON')).toBe('{no JSON');
  expect(readableDocument('{%zz')).toBe('{%zz');
});
