import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../src/filter/parse.ts';
import type { Predicate } from '../../src/filter/predicate.ts';

const now = Date.parse('2026-11-23T20:43:15Z');
const at = (iso: string) => Date.parse(iso);
const read = (text: string): Predicate => {
  const parsed = parseFilter(text, { now });
  if (!parsed.ok) throw new Error(`${parsed.at}: ${parsed.problem}`);
  return parsed.predicate;
};
const refused = (text: string) => {
  const parsed = parseFilter(text, { now });
  return parsed.ok ? undefined : `${parsed.at}: ${parsed.problem}`;
};
const field = (name: string, op: string, value: string) => ({ type: 'field', field: name, op, value });

describe('a filter is read', () => {
  it.each<[string, object]>([
    ['', { type: 'all' }],
    ['  \t ', { type: 'all' }],
    ['principal=alice', field('principal', 'is', 'alice')],
    ['PRINCIPAL=alice', field('principal', 'is', 'alice')],
    ['action~Create*', field('action', 'contains', 'Create')],
    ['action=Create*', field('action', 'like', 'Create*')],
    ['action=Create**Url', field('action', 'like', 'Create*Url')],
    ['action~Create*Url', field('action', 'like', '*Create*Url*')],
    ['resource="a*b"*', field('resource', 'like', 'a\\*b*')],
    ['action!=Create*', { type: 'not', term: field('action', 'like', 'Create*') }],
    ['agent="Boto3 \\"x\\" \\\\ \\u{1b}|()"', field('agent', 'is', 'Boto3 "x" \\ \u001b|()')],
    ['ip=198.51.100.0/24', { type: 'cidr', value: '198.51.100.0/24' }],
    ['ip=2001:DB8::/32', { type: 'cidr', value: '2001:db8::/32' }],
    ['ip=198.51.100.7', field('ip', 'is', '198.51.100.7')],
    ['error', { type: 'flag', flag: 'error' }],
    ['"error"', { type: 'text', value: 'error' }],
    ['"free text"', { type: 'text', value: 'free text' }],
    ['*fraud*lab*', { type: 'text', value: 'fraud*lab', glob: true }],
    ['sagemaker:CreateEndpoint', { type: 'text', value: 'sagemaker:CreateEndpoint' }],
    ['!readonly', { type: 'not', term: { type: 'flag', flag: 'readonly' } }],
    ['!!readonly', { type: 'flag', flag: 'readonly' }],
    ['since=20:30', { type: 'time', from: at('2026-11-23T20:30:00Z') }],
    ['since=20:50', { type: 'time', from: at('2026-11-22T20:50:00Z') }],
    ['since=2h', { type: 'time', from: now - 7_200_000 }],
    ['since=1h30m', { type: 'time', from: now - 5_400_000 }],
    ['since=now', { type: 'time', from: now }],
    ['since=20:30Z', { type: 'time', from: at('2026-11-23T20:30:00Z') }],
    ['since="2026-11-20 10:00:05 UTC"', { type: 'time', from: at('2026-11-20T10:00:05Z') }],
    ['since="2026-11-20 10:00:05 +0200"', { type: 'time', from: at('2026-11-20T08:00:05Z') }],
    ['since=1795465805', { type: 'time', from: 1_795_465_805_000 }],
    ['since=1795465805123', { type: 'time', from: 1_795_465_805_123 }],
    ['since="3 d ago"', { type: 'time', from: now - 3 * 86_400_000 }],
    ['since=2026-11-20', { type: 'time', from: at('2026-11-20T00:00:00Z') }],
    ['until=2026-11-20', { type: 'time', to: at('2026-11-20T23:59:59.999Z') }],
    ['until=2026-11-20T10:00', { type: 'time', to: at('2026-11-20T10:00:00Z') }],
    ['until=2026-11-20T10:00:00+02:00', { type: 'time', to: at('2026-11-20T08:00:00Z') }],
    [
      'since=20:40 until=20:50',
      {
        type: 'and',
        terms: [
          { type: 'time', from: at('2026-11-23T20:40:00Z') },
          { type: 'time', to: at('2026-11-23T20:50:00Z') },
        ],
      },
    ],
    [
      'a b | c',
      {
        type: 'or',
        terms: [
          {
            type: 'and',
            terms: [
              { type: 'text', value: 'a' },
              { type: 'text', value: 'b' },
            ],
          },
          { type: 'text', value: 'c' },
        ],
      },
    ],
    [
      'a (b|c)',
      {
        type: 'and',
        terms: [
          { type: 'text', value: 'a' },
          {
            type: 'or',
            terms: [
              { type: 'text', value: 'b' },
              { type: 'text', value: 'c' },
            ],
          },
        ],
      },
    ],
    ['!(a)', { type: 'not', term: { type: 'text', value: 'a' } }],
  ])('%s', (text, predicate) => {
    expect(read(text)).toEqual(predicate);
  });
});

describe('what cannot be read is pointed at', () => {
  it.each([
    [
      'kind=x prinicpal=alice',
      '7: prinicpal is no field: did you mean principal? Put text that holds = or ~ in quotes. Fields: principal action',
    ],
    [
      'regoin=us',
      '0: regoin is no field: did you mean region? Put text that holds = or ~ in quotes. Fields: principal action',
    ],
    [
      'untl=20:31',
      '0: untl is no field: did you mean until? Put text that holds = or ~ in quotes. Fields: principal action',
    ],
    [
      'wat=1',
      '0: wat is no field. Put text that holds = or ~ in quotes. Fields: principal action kind resource ip account region error agent key session request source rule id',
    ],
    ['a principal=', '12: a value is missing after principal='],
    ['a | | b', '4: a term is missing here'],
    ['a |', '3: a term is missing here'],
    ['()', '1: a term is missing here'],
    ['a !', '2: a term is missing after !'],
    ['a )', '2: there is no ( for this )'],
    ['a (b', '2: this ( is not closed'],
    ['a "b', '2: this " is not closed'],
    ['agent~Linux(x', '11: put a value that holds parentheses in quotes'],
    ['ip=198.51.100.0/33', '3: this is no network'],
    ['since=25:00', '6: this is no time'],
    ['since=1h30', '6: this is no time'],
    ['since=12345', '6: this is no time'],
    ['since=2026-02-30', '6: this is no time'],
    ['since~2h', '0: since takes ='],
    ['marked=true', '0: marked takes no value'],
    ['('.repeat(60), '50: parentheses go at most 50 deep'],
    ['a'.repeat(20_001), '20000: a filter has at most'],
  ])('%s', (text, problem) => {
    expect(refused(text)).toContain(problem);
  });

  it('whatever is typed, the answer is a filter or a place within the text', () => {
    const piece = fc.constantFrom(
      'principal=',
      'ip=',
      'since=',
      '!',
      '(',
      ')',
      '|',
      '"',
      '*',
      '\\',
      ' ',
      '~',
      'a',
      '10.0.0.0/8',
      '\u{1f600}',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          const parsed = parseFilter(text, { now });
          if (!parsed.ok) {
            expect(parsed.at).toBeGreaterThanOrEqual(0);
            expect(parsed.at).toBeLessThanOrEqual(text.length);
            expect(parsed.problem).not.toBe('');
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
