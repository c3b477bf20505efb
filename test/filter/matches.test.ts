import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldNames } from '../../src/filter/fields.ts';
import { globMatches, globOf } from '../../src/filter/glob.ts';
import { compile, fieldMatches, matches, valuesOf } from '../../src/filter/matches.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { event } from './events.ts';

const now = Date.parse('2026-11-23T20:43:15Z');
const passes = (text: string, overrides = {}): boolean => {
  const parsed = parseFilter(text, { now });
  if (!parsed.ok) throw new Error(parsed.problem);
  return matches(parsed.predicate, event(overrides));
};

describe('what a filter lets pass', () => {
  it.each([
    'principal=alice',
    'principal=ALICE',
    'principal=ds-exec',
    'principal=ds-exec/alice',
    'principal=arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
    'principal=arn:aws:iam::111122223333:role/path/ds-exec',
    'principal~exec/al',
    'principal=al*',
    'action=CreatePresignedNotebookInstanceUrl',
    'action=sagemaker:CreatePresignedNotebookInstanceUrl',
    'action=sagemaker:*',
    'action=create*url',
    'action~presigned',
    'kind=notebook-instance',
    'kind=sagemaker.notebook-instance',
    'kind=nb',
    'kind=sagemaker.*',
    'resource=fraud-lab',
    'resource=fraud-*',
    'resource~notebook-instance/fraud',
    'ip=198.51.100.7',
    'ip=198.51.100.0/24',
    'ip=198.51.100.77/24',
    'ip=198.51.*',
    'account=111122223333',
    'region=us-east-1',
    'agent~aws-cli',
    'key=ASIAEXAMPLE000000001',
    'source=cloudtrail',
    'id=e1c5d1f0-*',
    'since=20:30',
    'until=20:31:02',
    'since=20:31:02',
    '"opened notebook"',
    'ASIAEXAMPLE000000001',
    'opened*198.51.100.7',
    '!readonly !error !marked !late',
    'nothing | principal=alice',
    '',
  ])('%s', (text) => {
    expect(passes(text)).toBe(true);
  });

  it.each([
    'principal=ali',
    'principal=path',
    'principal=role',
    'action=Create',
    'action=sagemaker',
    'kind=notebook',
    'resource=fraud',
    'ip=198.51.101.0/24',
    'ip=2001:db8::/32',
    'error',
    'error=AccessDenied',
    'readonly',
    'since=20:32',
    'until=20:31',
    'opened*198.51.100.8',
    'principal=alice nothing',
    '!(principal=alice | nothing)',
    '!""',
  ])('not %s', (text) => {
    expect(passes(text)).toBe(false);
  });

  it('addresses of both families, in every spelling', () => {
    const sourceIp = '2001:db8::9';
    expect(passes('ip=2001:0db8:0:0::9', { sourceIp })).toBe(true);
    expect(passes('ip=2001:db8::/32', { sourceIp })).toBe(true);
    expect(passes('ip=0.0.0.0/0', { sourceIp })).toBe(false);
    expect(passes('ip=::/0', { sourceIp: 'sagemaker.amazonaws.com' })).toBe(false);
    expect(passes('ip=sagemaker.amazonaws.com', { sourceIp: 'sagemaker.amazonaws.com' })).toBe(true);
    expect(passes('ip=0.0.0.0/0', { sourceIp: '' })).toBe(false);
  });

  it('the person behind a session, the session by its own name, and the request', () => {
    const principal = {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker',
      name: 'ds-exec/SageMaker',
      person: 'dana',
      sourceIdentity: 'dana',
    };
    const overrides = { principal, requestId: 'AbC-1' };
    expect(passes('principal=dana session=SageMaker session=ds-exec/sagemaker request=abc-1 "abc-1"', overrides)).toBe(
      true,
    );
    expect(passes(`session=${principal.arn}`, overrides)).toBe(true);
    expect(passes('session=ds-exec', overrides)).toBe(false);
    expect(passes('session=alice', { principal: { type: 'IAMUser', arn: '', name: 'alice' } })).toBe(false);
    expect(passes('session=guest', { principal: { type: 'FederatedUser', arn: '', name: 'guest' } })).toBe(true);
    expect(passes('request~bc', {})).toBe(false);
  });

  it('flags, and an error code without its prefix', () => {
    const overrides = { errorCode: 'Client.UnauthorizedOperation', readOnly: true, marked: true, late: true };
    expect(passes('error readonly marked late error=UnauthorizedOperation', overrides)).toBe(true);
    expect(passes('readonly', { readOnly: undefined })).toBe(false);
  });
});

describe('terms over single values', () => {
  it('say the same as the whole event: what a store may rely on', () => {
    const needle = fc.constantFrom(
      'alice',
      'ds-exec',
      'fraud-lab',
      'nb',
      'cloudtrail',
      'create*',
      '*',
      'us-east-1',
      '198.51.100.7',
      '',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...fieldNames),
        fc.constantFrom('is', 'contains', 'like'),
        needle,
        (field, op, value) => {
          const single = fieldMatches(field, op, value);
          expect(valuesOf(field, event()).some(single)).toBe(matches({ type: 'field', field, op, value }, event()));
        },
      ),
    );
  });

  it('a compiled filter keeps its answers apart', () => {
    const test = compile({ type: 'field', field: 'ip', op: 'is', value: '10.0.0.1' });
    for (let index = 0; index < 10_000; index++) expect(test(event({ sourceIp: `10.0.${index}.1` }))).toBe(index === 0);
    expect(test(event({ sourceIp: '10.0.0.1' }))).toBe(true);
  });
});

describe('a glob', () => {
  it('agrees with a plain matcher that tries everything', () => {
    const slow = (glob: string, text: string): boolean =>
      glob === ''
        ? text === ''
        : glob[0] === '*'
          ? slow(glob.slice(1), text) || (text !== '' && slow(glob, text.slice(1)))
          : glob[0] === text[0] && slow(glob.slice(1), text.slice(1));
    const letters = (unit: string[]) => fc.array(fc.constantFrom(...unit), { maxLength: 8 }).map((all) => all.join(''));
    fc.assert(
      fc.property(letters(['a', 'b', '*']), letters(['a', 'b']), (glob, text) => {
        expect(globMatches(glob)(text)).toBe(slow(glob, text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('takes its own special characters literally when escaped', () => {
    expect(globMatches(globOf(['a*\\b', 'c']))('a*\\b--c')).toBe(true);
    expect(globMatches(globOf(['a*b']))('axb')).toBe(false);
  });

  it('cannot be made slow', () => {
    const test = globMatches(`*${'a*'.repeat(5_000)}b`);
    const started = performance.now();
    for (let round = 0; round < 100; round++) expect(test('a'.repeat(10_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
