import { describe, expect, it } from 'vitest';
import { patternTest, readPattern } from '../../src/detection/pattern.ts';
import { regexTest } from '../../src/detection/regex.ts';
import { ruleSet } from '../../src/detection/rule-set.ts';
import { problemOf, rule, setOf, source } from './asked.ts';

/** A rule's text, and where and why it is refused. Line 1 is `title`; the detection's members begin in line 7. */
const refused: readonly (readonly [what: string, detection: string, line: number, field: string, problem: RegExp])[] = [
  [
    'an unknown modifier',
    's: {f|contians: x}\ncondition: s',
    7,
    'detection.s.f|contians',
    /no modifier contians; known are contains/,
  ],
  ['placeholders', 's: {f|expand: "%x%"}\ncondition: s', 7, 'detection.s.f|expand', /placeholders/],
  ['a modifier twice', 's: {f|all|all: [a, b]}\ncondition: s', 7, 'detection.s.f|all|all', /stands twice/],
  ['modifiers that contradict', 's: {f|re|contains: a}\ncondition: s', 7, 'detection.s.f|re|contains', /contradict/],
  ['a flag without re', 's: {f|i: a}\ncondition: s', 7, 'detection.s.f|i', /belongs to re/],
  ['a number that is none', 's:\n  g: 1\n  f|gt: many\ncondition: s', 9, 'detection.s.f|gt', /gt wants a number/],
  ['exists with a text', 's: {f|exists: maybe}\ncondition: s', 7, 'detection.s.f|exists', /true or false/],
  ['a network that is none', "s: {f|cidr: '10.0.0.0/33'}\ncondition: s", 7, 'detection.s.f|cidr', /is no network/],
  ['wildcards in base64', "s: {f|base64: 'a*'}\ncondition: s", 7, 'detection.s.f|base64', /no wildcards/],
  ['look-around', "s: {f|re: '(?=a)b'}\ncondition: s", 7, 'detection.s.f|re', /Sigma’s flavour/],
  ['a back-reference', "s: {f|re: '(a)\\1'}\ncondition: s", 7, 'detection.s.f|re', /Sigma’s flavour/],
  ['a map as value', 's:\n  f:\n    - a\n    - {b: c}\ncondition: s', 10, 'detection.s.f.1', /a value is a text/],
  ['an empty list', 's: {f: []}\ncondition: s', 7, 'detection.s.f', /list of values is empty/],
  ['an empty selection', 's: {}\ncondition: s', 7, 'detection.s', /selection is empty/],
  ['no condition', 's: {f: 1}', 6, 'detection', /no condition/],
  ['no selection', 'condition: s', 6, 'detection', /no selection/],
  [
    'an unknown selection',
    's: {f: 1}\ncondition: s and t',
    8,
    'detection.condition',
    /names t, which is no selection; there are s/,
  ],
  ['a pattern that means nothing', 's: {f: 1}\ncondition: 1 of t*', 8, 'detection.condition', /no selection is meant/],
  ['an unclosed parenthesis', 's: {f: 1}\ncondition: (s', 8, 'detection.condition', /\( without its \)/],
  ['a condition that stops', 's: {f: 1}\ncondition: s and', 8, 'detection.condition', /ends where a selection/],
  [
    'two selections without a word between',
    's: {f: 1}\nt: {f: 2}\ncondition: s t',
    9,
    'detection.condition',
    /where and, or or/,
  ],
  ['an aggregation without a time', 's: {f: 1}\ncondition: s | count() > 5', 8, 'detection.condition', /no timeframe/],
  ['near', 's: {f: 1}\nt: {g: 1}\ncondition: s | near t', 9, 'detection.condition', /write a correlation \(temporal\)/],
  [
    'an aggregation that nobody can read',
    's: {f: 1}\ntimeframe: 5m\ncondition: s | count() by x',
    9,
    'detection.condition',
    /"count\(\) by x" is no aggregation/,
  ],
  [
    'an aggregation of another time',
    's: {f: 1}\ntimeframe: soon\ncondition: s | count() > 5',
    8,
    'detection.timeframe',
    /timeframe is a number and s, m, h/,
  ],
  [
    'a nest of parentheses',
    `s: {f: 1}\ncondition: ${'('.repeat(500)}s${')'.repeat(500)}`,
    8,
    'detection.condition',
    /nested deeper/,
  ],
];

describe('a rule that cannot be used says where and why', () => {
  it.each(refused)('%s', (_what, detection, line, field, problem) => {
    const text = rule(detection).replace('\n\ndetection', '\ndetection');
    const found = problemOf(text);
    expect(found.problem).toMatch(problem);
    // `head` of the helper is empty here: detection is line 5.
    expect([found.line, found.field]).toEqual([line - 1, field]);
  });

  it.each<[string, string, string, RegExp]>([
    ['no title', 'logsource: {product: aws}\ndetection: {s: {f: 1}, condition: s}', 'title', /no title/],
    ['no logsource', 'title: x\ndetection: {s: {f: 1}, condition: s}', 'logsource', /no logsource/],
    ['no detection', 'title: x\nlogsource: {product: aws}', 'detection', /no detection/],
    [
      'an unknown level',
      'title: x\nlevel: worst\nlogsource: {product: aws}\ndetection: {s: {f: 1}, condition: s}',
      'level',
      /no level worst/,
    ],
    ['a list', '- title: x', '', /a rule is a map/],
    ['a text', 'title', '', /a rule is a map/],
    ['a title that is a list', 'title: [x]', 'title', /title is a text/],
    ['an unknown action', 'action: gloabl\ntitle: x', 'action', /no such action/],
    ['a file of something else', 'on: push\njobs: {a: {steps: [b]}}', '', /is no Sigma rule/],
    [
      'a filter without rules',
      'title: x\nlogsource: {product: aws}\nfilter: {a: {f: 1}, condition: not a}',
      'filter.rules',
      /names the rules/,
    ],
    [
      'a filter of nothing',
      'title: x\nlogsource: {product: aws}\nfilter: {rules: [a], condition: not x}',
      'filter',
      /no selection/,
    ],
    [
      'a filter of a rule that is not there',
      'title: x\nlogsource: {product: aws}\nfilter: {rules: [a], x: {f: 1}, condition: not x}',
      'filter.rules.0',
      /filters a, which is not among the rules/,
    ],
    [
      'both kinds',
      'title: x\nlogsource: {product: aws}\ndetection: {s: {f: 1}, condition: s}\ncorrelation: {type: event_count}',
      'correlation',
      /not both/,
    ],
  ])('%s', (_what, text, field, problem) => {
    const found = problemOf(text);
    expect(found.problem).toMatch(problem);
    expect(found.field).toBe(field);
  });

  it('YAML that is none, with its line; the next document is read', () => {
    const { events, problems } = setOf(`title: [x\n---\n${rule('s: {f: 1}\ncondition: s')}`);
    expect(problems.map(({ line, problem }) => [line, problem.slice(0, 11)])).toEqual([[2, 'is not YAML']]);
    expect(events.map(({ info }) => info.id)).toEqual(['under-test']);
  });

  it('keys that stand twice', () => {
    expect(problemOf('title: a\ntitle: b').problem).toMatch(/is not YAML: Map keys must be unique/);
  });

  it('an id that is taken: the first rule stays', () => {
    const { events, problems } = setOf(rule('s: {f: 1}\ncondition: s'), rule('s: {f: 2}\ncondition: s'));
    expect(events.length).toBe(1);
    expect(problems).toMatchObject([
      { file: '1.yml', line: 2, field: 'id', id: 'under-test', problem: expect.stringContaining('taken by 0.yml') },
    ]);
  });

  it('anchors are fine, a bomb of them is not', () => {
    expect(setOf(rule('a: &a {f: 1}\nb: *a\nc: {<<: *a, g: 2}\ncondition: a or b or c')).events.length).toBe(1);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'
        .split('')
        .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
    ];
    const { problems } = setOf(`title: x\n${bomb.join('\n')}`, rule('s: {f: 1}\ncondition: s'));
    expect(problems).toMatchObject([{ file: '0.yml', problem: expect.stringContaining('cannot be expanded') }]);
  });

  it.each([
    ['brackets', `title: ${'['.repeat(100_000)}`],
    ['lists', `${'- '.repeat(50_000)}x`],
    ['indentation', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('a nest of %s', (_what, text) => {
    const { documents, unreadable } = source(text);
    expect(documents.length + (unreadable ?? []).length).toBe(1);
    expect(ruleSet([source(text)]).problems.length).toBe(1);
  });
});

describe('what users write cannot hang the program', () => {
  const spent = (work: () => void): number => {
    const { user, system } = process.threadCpuUsage();
    work();
    const after = process.threadCpuUsage({ user, system });
    return (after.user + after.system) / 1000;
  };

  it.each(['(a+)+$', '^(a|a)*$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$', '(x+x+)+y'])(
    'a catastrophic expression: %s',
    (expression) => {
      const test = regexTest(expression, []);
      const long = 'a'.repeat(2_000);
      // A backtracking engine would take years for the first of these.
      expect(
        spent(() => expect([test(`${long}!`), test(`${'x'.repeat(2_000)}!`)]).toEqual([false, false])),
      ).toBeLessThan(5_000);
    },
  );

  it('a pattern of stars', () => {
    const test = patternTest(readPattern(`${'*a?'.repeat(40)}*b`), false);
    expect(spent(() => expect(test('a'.repeat(20_000))).toBe(false))).toBeLessThan(5_000);
  });

  it('an expression that is too long or repeats too much is refused', () => {
    expect(() => regexTest('a'.repeat(20_000), [])).toThrow('at most');
    expect(() => regexTest('((a{1000}){1000}){1000}', [])).toThrow('flavour');
  });
});
