import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { code, codeBlock, escapeMarkdown, table } from '../../src/report/markdown.ts';
import { mask } from '../../src/report/mask.ts';

describe('escapeMarkdown', () => {
  it.each([
    ['alice opened fraud-lab', 'alice opened fraud-lab'],
    ['a|b', 'a&#124;b'],
    ['*a* _b_ `c` [d](e) <f> &amp;', '\\*a\\* \\_b\\_ \\`c\\` \\[d\\](e) &lt;f&gt; &amp;amp;'],
    ['see http://e.x/y now', 'see `http://e.x/y` now'],
    ['www.e.x', '`www.e.x`'],
    ['s3://bucket/key: copied to http://e.x/y.', '`s3://bucket/key`: copied to `http://e.x/y`.'],
    ['@team fixes #123 and GH-1', '`@team` fixes `#123` and `GH-1`'],
    ['- a', '\\- a'],
    ['1. a', '1\\. a'],
    ['# a', '\\# a'],
    ['---', '\\---'],
    ['a\nb\rc', 'a\\\\u\\{a\\}b\\\\u\\{d\\}c'],
    ['\u202egnp', '\\\\u\\{202e\\}gnp'],
    ['', ''],
  ])('%j', (text, markdown) => {
    expect(escapeMarkdown(text)).toBe(markdown);
  });

  it('cuts between characters and says the length', () => {
    expect(escapeMarkdown('ab\u{1f600}cd', 3)).toBe('ab… (cut; 6 characters)');
  });

  it('masks before it cuts', () => {
    expect(escapeMarkdown(`password=${'s'.repeat(40)}`, 20)).not.toContain('sss');
  });
});

describe('code', () => {
  it.each([
    ['a', '`a`'],
    ['a`b', '``a`b``'],
    ['`', '`` ` ``'],
    ['a|b', '`a\\u{7c}b`'],
    ['', ''],
  ])('%j', (text, markdown) => {
    expect(code(text)).toBe(markdown);
  });

  it('is one code span that holds the text, whatever the backticks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('`', ' ', 'a', '\\'), { minLength: 1 }).map((all) => all.join('')),
        (text) => {
          const span = code(text);
          const fence = /^`+/.exec(span)?.[0] ?? '';
          const inner = span.slice(fence.length, -fence.length);
          expect(span.endsWith(fence)).toBe(true);
          expect((inner.match(/`+/g) ?? []).every((run) => run.length !== fence.length)).toBe(true);
          const stripped = /^ .* $/.test(inner) && inner.trim() !== '' ? inner.slice(1, -1) : inner;
          expect(stripped).toBe(text.trim() === '' ? inner : text);
        },
      ),
    );
  });
});

it('a code block is not left by its own fences', () => {
  expect(codeBlock('sh', 'a\n```\nb')).toEqual(['````sh', 'a', '```', 'b', '````']);
});

it('a table refuses a row of another width', () => {
  expect([...table(['a', 'b'], [['1', '']])]).toEqual(['| a | b |', '| --- | --- |', '| 1 | – |']);
  expect(() => [...table(['a', 'b'], [['1']])]).toThrow('a row of 1 cells in a table of 2');
});

describe('mask', () => {
  it.each([
    'https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIA&X-Amz-Signature=SECRETSECRET',
    '{"AuthorizedUrl":"https://SECRETSECRET"}',
    '{\\"SecretAccessKey\\": \\"SECRETSECRET\\"}',
    'export AWS_SECRET_ACCESS_KEY=SECRETSECRET',
    'Authorization: Bearer SECRETSECRET',
    'ASIAABCDEFGHIJKLMNOP SECRETSECRETSECRETSECRETSECRETSECRETABCD',
    '-----BEGIN RSA PRIVATE KEY-----\nSECRETSECRET\n-----END RSA PRIVATE KEY-----',
    'token IQoJb3JpZ2luSECRETSECRETSECRETSECRET',
  ])('%s', (text) => {
    expect(mask(text)).not.toContain('SECRET'.repeat(2));
    expect(mask(text)).toContain('«masked»');
  });

  it.each([
    'arn:aws:iam::111122223333:user/secret-santa',
    'AKIAABCDEFGHIJKLMNOP',
    'ssm:GetToken',
    'password policy changed',
  ])('leaves %s', (text) => {
    expect(mask(text)).toBe(text);
  });

  it('is quick on long hostile text', () => {
    const started = performance.now();
    for (const piece of [
      'AKIAABCDEFGHIJKLMNOP',
      'password=',
      'eyJaaaaaaaaa.',
      'Bearer ',
      '-----BEGIN PRIVATE KEY-----',
      'token\\\\\\" : ',
    ])
      mask(piece.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
