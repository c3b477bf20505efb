import { describe, expect, it } from 'vitest';
import { complete } from '../../src/filter/complete.ts';

const seen = { principal: ['ds-exec/alice', 'bob', 'a "b"\u001b'], action: ['sagemaker:CreateEndpoint'] } as Record<
  string,
  string[]
>;
const at = (text: string, cursor = text.length) => {
  const { from, to, suggestions } = complete(text, cursor, (field) => seen[field] ?? []);
  return suggestions.map(({ insert }) => text.slice(0, from) + insert + text.slice(to));
};

describe('completion', () => {
  it('offers fields and flags where a word begins', () => {
    expect(at('pr')).toEqual(['principal=']);
    expect(at('error ac')).toEqual(['error action=', 'error account=']);
    expect(at('!re')).toEqual(['!resource=', '!region=', '!request=', '!readonly']);
    expect(at('(a|lat')).toEqual(['(a|late']);
    expect(at('')).toContain('since=');
  });

  it('offers values that were seen, quoted where they must be, those that start alike first', () => {
    expect(at('principal=')).toEqual(['principal=ds-exec/alice', 'principal=bob', 'principal="a \\"b\\"\\u{1b}"']);
    expect(at('principal=b')).toEqual(['principal=bob', 'principal="a \\"b\\"\\u{1b}"']);
    expect(at('principal!="a ')).toEqual(['principal!="a \\"b\\"\\u{1b}"']);
    expect(at('action~create')).toEqual(['action~sagemaker:CreateEndpoint']);
    expect(at('since=1')).toEqual(['since=15m', 'since=1h', 'since=1d']);
  });

  it('completes at the cursor and leaves the rest', () => {
    expect(at('pr error', 2)).toEqual(['principal= error']);
  });

  it('offers nothing inside free text in quotes, and nothing for what is no field', () => {
    expect(at('"pr')).toEqual([]);
    expect(at('wat=')).toEqual([]);
  });

  it('offers at most fifty of very many values', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => `10.0.${index}`);
    expect(complete('ip=0', 4, () => many).suggestions).toHaveLength(50);
  });
});
