import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DetectionEngine } from '../../src/detection/engine.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { cloudtrail, setOf } from './asked.ts';

const base = (name: string, call: string) => `title: ${name}
id: ${name}-id
name: ${name}
logsource: {product: aws, service: cloudtrail}
detection: {s: {eventName: ${call}}, condition: s}
level: low
`;
const correlation = (body: string, name = 'together') => `title: ${name}
id: ${name}
name: ${name}
level: high
correlation:
${body.replaceAll(/^/gm, '  ')}
`;
const all = (...documents: readonly string[]) => setOf(documents.join('---\n'));

type Event = readonly [second: number, call: string, members?: { readonly [name: string]: unknown }];
const start = Date.parse('2026-11-23T20:00:00Z');

/** Runs events in the order given. @returns For each rule, the places of the events that have its finding at the end. */
function run(set: ReturnType<typeof setOf>, events: readonly Event[]): { readonly [rule: string]: readonly number[] } {
  expect(set.problems).toEqual([]);
  const engine = new DetectionEngine(set);
  const found = new Map<string, Set<number>>();
  const of = (rule: string) => {
    const rows = found.get(rule) ?? new Set<number>();
    found.set(rule, rows);
    return rows;
  };
  /** As in the store, where an event has one row however often it is delivered. */
  const rowOf = new Map<string, number>();
  for (const [place, [second, eventName, members = {}]] of events.entries()) {
    const record = cloudtrail({
      eventName,
      userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/alice', userName: 'alice' },
      ...members,
      eventTime: new Date(start + second * 1000).toISOString(),
    });
    const text = JSON.stringify(record);
    const normalised = normalise({ format: 'cloudtrail', text });
    if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
    const { id } = normalised.event;
    const row = rowOf.get(id) ?? place;
    rowOf.set(id, row);
    const { findings, hits } = engine.judge(normalised.event, normalised.record, text);
    for (const { rule } of findings) of(rule).add(row);
    for (const { rule, row: later, isLost } of hits ? engine.stored(hits, row) : [])
      if (isLost) of(rule).delete(later);
      else of(rule).add(later);
  }
  return Object.fromEntries(
    [...found].filter(([, rows]) => rows.size > 0).map(([rule, rows]) => [rule, [...rows].sort((a, b) => a - b)]),
  );
}

const who = (name: string) => ({
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::111122223333:user/${name}`, userName: name },
});

describe('event_count', () => {
  const set = all(
    base('failed', 'Fail'),
    correlation(
      'type: event_count\nrules: [failed]\ngroup-by: [userIdentity.userName]\ntimespan: 1m\ncondition: {gte: 3}',
    ),
  );

  it('counts in each group, and names every event of the count, the earlier ones too', () => {
    expect(
      run(set, [
        [0, 'Fail'],
        [10, 'Fail', who('bob')],
        [20, 'Fail'],
        [30, 'Fail', who('bob')],
        [60, 'Fail'],
      ]),
    ).toEqual({ together: [0, 2, 4] });
  });

  it('what lies further apart than the timespan is not together', () => {
    expect(
      run(set, [
        [0, 'Fail'],
        [30, 'Fail'],
        [61, 'Fail'],
        [95, 'Fail'],
      ]),
    ).toEqual({});
    expect(
      run(set, [
        [0, 'Fail'],
        [30, 'Fail'],
        [61, 'Fail'],
        [90, 'Fail'],
      ]),
    ).toEqual({ together: [1, 2, 3] });
  });

  it('events without the field that is grouped by have nothing in common', () => {
    const nobody = { userIdentity: { type: 'AWSService', invokedBy: 'x.amazonaws.com' } };
    expect(
      run(set, [
        [0, 'Fail', nobody],
        [1, 'Fail', nobody],
        [2, 'Fail', nobody],
      ]),
    ).toEqual({});
  });

  it('without group-by all count together', () => {
    const anybody = all(
      base('failed', 'Fail'),
      correlation('type: event_count\nrules: [failed]\ntimespan: 1m\ncondition: {gt: 1}'),
    );
    expect(
      run(anybody, [
        [0, 'Fail'],
        [1, 'Fail', who('bob')],
      ]),
    ).toEqual({ together: [0, 1] });
  });

  it('a range: what goes beyond its upper end is no finding any more', () => {
    const range = all(
      base('failed', 'Fail'),
      correlation('type: event_count\nrules: [failed]\ntimespan: 1m\ncondition: {gt: 1, lte: 3}'),
    );
    expect(
      run(range, [
        [0, 'Fail'],
        [1, 'Fail'],
      ]),
    ).toEqual({ together: [0, 1] });
    expect(
      run(range, [
        [0, 'Fail'],
        [1, 'Fail'],
        [2, 'Fail'],
        [3, 'Fail'],
      ]),
    ).toEqual({});
    expect(
      run(range, [
        [0, 'Fail'],
        [1, 'Fail'],
        [2, 'Fail'],
        [3, 'Fail'],
        [300, 'Fail'],
        [301, 'Fail'],
      ]),
    ).toEqual({ together: [4, 5] });
  });

  it('eq', () => {
    const two = all(
      base('failed', 'Fail'),
      correlation('type: event_count\nrules: [failed]\ntimespan: 10s\ncondition: {eq: 2}'),
    );
    expect(
      run(two, [
        [0, 'Fail'],
        [5, 'Fail'],
        [100, 'Fail'],
        [200, 'Fail'],
        [201, 'Fail'],
        [202, 'Fail'],
      ]),
    ).toEqual({ together: [0, 1] });
  });
});

describe('value_count', () => {
  const set = all(
    base('failed', 'Fail'),
    correlation(
      'type: value_count\nrules: [failed]\ngroup-by: [sourceIPAddress]\ntimespan: 1m\ncondition: {field: userIdentity.userName, gte: 3}',
    ),
  );
  const from = (name: string) => ({ ...who(name), sourceIPAddress: '198.51.100.7' });

  it('counts distinct values, not events', () => {
    expect(
      run(set, [
        [0, 'Fail', from('a')],
        [1, 'Fail', from('a')],
        [2, 'Fail', from('b')],
        [3, 'Fail', from('b')],
      ]),
    ).toEqual({});
    expect(
      run(set, [
        [0, 'Fail', from('a')],
        [1, 'Fail', from('a')],
        [2, 'Fail', from('b')],
        [3, 'Fail', from('c')],
      ]),
    ).toEqual({ together: [0, 1, 2, 3] });
  });
});

it('value_count of several fields counts their values taken together', () => {
  const set = all(
    base('get', 'Get'),
    correlation(
      'type: value_count\nrules: [get]\ntimespan: 1m\ncondition: {gte: 3, field: [sourceIPAddress, requestParameters.bucketName]}',
    ),
  );
  const get = (second: number, host: number, bucketName: string): Event => [
    second,
    'Get',
    { sourceIPAddress: `198.51.100.${host}`, requestParameters: { bucketName } },
  ];
  expect(run(set, [get(1, 1, 'a'), get(2, 1, 'b'), get(3, 1, 'a'), get(4, 2, 'b')])).toEqual({
    together: [0, 1, 2, 3],
  });
  expect(run(set, [get(1, 1, 'a'), get(2, 1, 'b'), get(3, 1, 'a')])).toEqual({});
});

describe('value_sum and value_avg', () => {
  const measured = (type: string, condition: string) =>
    all(
      base('get', 'Get'),
      correlation(
        `type: ${type}\nrules: [get]\ngroup-by: [userIdentity.userName]\ntimespan: 1m\ncondition: {field: additionalEventData.bytesTransferredOut, ${condition}}`,
      ),
    );
  const get = (second: number, bytesTransferredOut: unknown, name = 'alice'): Event => [
    second,
    'Get',
    { ...who(name), additionalEventData: { bytesTransferredOut } },
  ];

  it('add up the numbers of each group within the timespan', () => {
    const set = measured('value_sum', 'gt: 1000000');
    expect(run(set, [get(1, 600_000), get(30, '500000'), get(31, 900_000, 'bob'), get(300, 700_000)])).toEqual({
      together: [0, 1],
    });
    expect(run(set, [get(1, 600_000), get(90, 500_000)])).toEqual({});
  });
  it('take their average, which may be lost again', () => {
    const set = measured('value_avg', 'gte: 500.5');
    expect(run(set, [get(1, 400), get(2, 800)])).toEqual({ together: [0, 1] });
    expect(run(set, [get(1, 400), get(2, 800), get(3, 100)])).toEqual({});
  });
  it('pass over what is no number', () => {
    expect(run(measured('value_sum', 'gt: 10'), [get(1, 'much'), get(2, null), get(3, 6), get(4, 6)])).toEqual({
      together: [2, 3],
    });
  });
});

describe('aggregations, as Sigma had them before correlations', () => {
  const set = (condition: string) =>
    all(
      `title: old\nid: old\nlogsource: {product: aws, service: cloudtrail}\nlevel: low\ndetection:\n  s: {eventName: list*}\n  timeframe: 10m\n  condition: ${condition}\n`,
    );
  const list = (second: number, name: string, host = 1): Event => [
    second,
    'ListRoles',
    { ...who(name), sourceIPAddress: `198.51.100.${host}` },
  ];
  it.each<[string, readonly Event[], readonly number[] | undefined]>([
    ['s | count() > 2', [list(1, 'a'), list(2, 'b'), list(3, 'c')], [0, 1, 2]],
    ['s | count() > 2', [list(1, 'a'), list(2, 'b')], undefined],
    ['s | count() by userIdentity.userName >= 2', [list(1, 'a'), list(2, 'b'), list(3, 'a')], [0, 2]],
    [
      's | count(sourceIPAddress) by userIdentity.userName > 1',
      [list(1, 'a'), list(2, 'a'), list(3, 'a', 2), list(4, 'b')],
      [0, 1, 2],
    ],
    ['s | count(distinct sourceIPAddress) > 1', [list(1, 'a'), list(2, 'b')], undefined],
  ])('%s', (condition, events, found) => {
    expect(run(set(condition), events)).toEqual(found ? { old: found } : {});
  });
});

it('a rule may be referred to by its title', () => {
  const set = all(
    'title: Console Login With MFA\nlogsource: {product: aws, service: cloudtrail}\ndetection: {s: {eventName: ConsoleLogin}, condition: s}\nlevel: informational\n',
    correlation('type: event_count\nrules: [Console Login With MFA]\ntimespan: 3d\ncondition: {gte: 2}'),
  );
  expect(
    run(set, [
      [1, 'ConsoleLogin'],
      [2, 'ConsoleLogin'],
    ]),
  ).toEqual({ together: [0, 1] });
});

describe('temporal', () => {
  const parts = [base('one', 'One'), base('two', 'Two'), base('three', 'Three')];
  const set = all(
    ...parts,
    correlation('type: temporal\nrules: [one, two, three]\ngroup-by: [userIdentity.userName]\ntimespan: 5m'),
  );

  it('all rules in any order', () => {
    expect(
      run(set, [
        [0, 'Three'],
        [60, 'One'],
        [120, 'Two'],
      ]),
    ).toEqual({ together: [0, 1, 2] });
    expect(
      run(set, [
        [0, 'Three'],
        [60, 'One', who('bob')],
        [120, 'Two'],
      ]),
    ).toEqual({});
    expect(
      run(set, [
        [0, 'Three'],
        [60, 'One'],
        [301, 'Two'],
      ]),
    ).toEqual({});
  });

  it('a condition asks for fewer', () => {
    const some = all(
      ...parts,
      correlation('type: temporal\nrules: [one, two, three]\ntimespan: 5m\ncondition: {gte: 2}'),
    );
    expect(
      run(some, [
        [0, 'One'],
        [1, 'One'],
      ]),
    ).toEqual({});
    expect(
      run(some, [
        [0, 'One'],
        [1, 'Three'],
      ]),
    ).toEqual({ together: [0, 1] });
  });

  it('a rule may stand alone too, when the correlation says generate', () => {
    const both = all(...parts, correlation('type: temporal\nrules: [one, two]\ntimespan: 5m\ngenerate: true'));
    expect(
      run(both, [
        [0, 'One'],
        [9, 'Three'],
      ]),
    ).toEqual({ 'one-id': [0], 'three-id': [1] });
  });
});

describe('temporal_ordered', () => {
  const set = all(
    base('stop', 'Stop'),
    base('update', 'Update'),
    base('begin', 'Start'),
    correlation(
      'type: temporal_ordered\nrules: [stop, update, begin]\ngroup-by: [userIdentity.userName]\ntimespan: 10m',
    ),
  );

  it('asks for the order', () => {
    expect(
      run(set, [
        [0, 'Stop'],
        [60, 'Update'],
        [120, 'Start'],
      ]),
    ).toEqual({ together: [0, 1, 2] });
    expect(
      run(set, [
        [0, 'Update'],
        [60, 'Stop'],
        [120, 'Start'],
      ]),
    ).toEqual({});
    expect(
      run(set, [
        [0, 'Stop'],
        [60, 'Update'],
        [601, 'Start'],
      ]),
    ).toEqual({});
  });

  it('what is of one second counts as in order: CloudTrail knows no finer time', () => {
    expect(
      run(set, [
        [0, 'Update'],
        [0, 'Start'],
        [0, 'Stop'],
      ]),
    ).toEqual({ together: [0, 1, 2] });
  });

  it('one event is not two of its steps', () => {
    const twice = all(
      base('a', 'X'),
      base('b', '"*"'),
      correlation('type: temporal_ordered\nrules: [a, b]\ntimespan: 1m'),
    );
    expect(run(twice, [[0, 'X']])).toEqual({});
    expect(
      run(twice, [
        [0, 'X'],
        [1, 'Y'],
      ]),
    ).toEqual({ together: [0, 1] });
  });

  it('the same rule may be wanted twice', () => {
    const twice = all(
      base('a', 'X'),
      base('b', 'Y'),
      correlation('type: temporal_ordered\nrules: [a, a, b]\ntimespan: 1m'),
    );
    expect(
      run(twice, [
        [0, 'X'],
        [5, 'Y'],
      ]),
    ).toEqual({});
    expect(
      run(twice, [
        [0, 'X'],
        [1, 'X'],
        [5, 'Y'],
      ]),
    ).toEqual({ together: [0, 1, 2] });
  });
});

it('aliases: different fields in different rules hold what is grouped by', () => {
  const set = all(
    base('made', 'Made'),
    base('used', 'Used'),
    correlation(
      'type: temporal_ordered\nrules: [made, used]\ngroup-by: [key]\ntimespan: 1h\naliases:\n  key:\n    made: responseElements.accessKey.accessKeyId\n    used: userIdentity.accessKeyId',
    ),
  );
  const made = { responseElements: { accessKey: { accessKeyId: 'AKIA1' } } };
  const used = (accessKeyId: string) => ({
    userIdentity: { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/bob', accessKeyId },
  });
  expect(
    run(set, [
      [0, 'Made', made],
      [5, 'Used', used('AKIA2')],
    ]),
  ).toEqual({});
  expect(
    run(set, [
      [0, 'Made', made],
      [5, 'Used', used('AKIA1')],
    ]),
  ).toEqual({ together: [0, 1] });
});

it('correlations of correlations: many failed logins, then one that succeeds', () => {
  const set = all(
    correlation(
      'type: temporal_ordered\nrules: [many, success]\ngroup-by: [userIdentity.userName]\ntimespan: 10m',
      'chain',
    ),
    correlation(
      'type: event_count\nrules: [failed]\ngroup-by: [userIdentity.userName]\ntimespan: 10m\ncondition: {gte: 3}',
      'many',
    ),
    base('failed', 'Fail'),
    base('success', 'Login'),
  );
  expect(
    run(set, [
      [0, 'Fail'],
      [1, 'Fail'],
      [2, 'Login'],
    ]),
  ).toEqual({});
  expect(
    run(set, [
      [0, 'Fail'],
      [1, 'Fail'],
      [2, 'Fail'],
      [3, 'Login', who('bob')],
      [4, 'Login'],
    ]),
  ).toEqual({ chain: [2, 4] });
});

it('an event that is delivered again is not counted again', () => {
  const set = all(
    base('failed', 'Fail'),
    correlation('type: event_count\nrules: [failed]\ntimespan: 1m\ncondition: {gte: 2}'),
  );
  const same = { eventID: '11111111-1111-4111-8111-111111111111' };
  expect(
    run(set, [
      [0, 'Fail', same],
      [0, 'Fail', same],
    ]),
  ).toEqual({});
});

describe('whatever the order of arrival', () => {
  const rules = [base('a', 'A'), base('b', 'B'), base('c', 'C')];
  const kinds = {
    event_count:
      'type: event_count\nrules: [a, b]\ngroup-by: [userIdentity.userName]\ntimespan: 20s\ncondition: {gte: 3}',
    range:
      'type: event_count\nrules: [a]\ngroup-by: [userIdentity.userName]\ntimespan: 20s\ncondition: {gte: 2, lt: 4}',
    value_count: 'type: value_count\nrules: [a, b, c]\ntimespan: 20s\ncondition: {field: sourceIPAddress, gte: 3}',
    'several fields':
      'type: value_count\nrules: [a, b, c]\ntimespan: 20s\ncondition: {field: [sourceIPAddress, userIdentity.userName], gte: 3}',
    value_sum: 'type: value_sum\nrules: [a, b, c]\ntimespan: 20s\ncondition: {field: requestParameters.bytes, gt: 7}',
    value_avg:
      'type: value_avg\nrules: [a, b]\ngroup-by: [userIdentity.userName]\ntimespan: 20s\ncondition: {field: requestParameters.bytes, lte: 2}',
    temporal: 'type: temporal\nrules: [a, b, c]\ngroup-by: [userIdentity.userName]\ntimespan: 20s',
    temporal_ordered: 'type: temporal_ordered\nrules: [a, b, c]\ngroup-by: [userIdentity.userName]\ntimespan: 20s',
  };
  const event = fc.tuple(
    fc.integer({ min: 0, max: 90 }),
    fc.constantFrom('A', 'B', 'C'),
    fc.constantFrom('x', 'y'),
    fc.integer({ min: 1, max: 4 }),
  );

  it.each(Object.entries(kinds))('%s finds the same events', (name, body) => {
    const set = all(...rules, correlation(body));
    fc.assert(
      fc.property(
        fc.array(event, { maxLength: 14 }).chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray(
              events.map((_, index) => index),
              { minLength: events.length },
            ),
          ),
        ),
        ([events, order]) => {
          const made = events.map(
            ([second, call, user, host]): Event => [
              second,
              call,
              { ...who(user), sourceIPAddress: `198.51.100.${host}`, requestParameters: { bytes: host } },
            ],
          );
          const inTime = made.map((one, index) => ({ one, index })).sort((a, b) => a.one[0] - b.one[0]);
          const ofTime = (
            run(
              set,
              inTime.map(({ one }) => one),
            ).together ?? []
          ).map((row) => inTime[row]!.index);
          const shuffled = (
            run(
              set,
              order.map((index) => made[index]!),
            ).together ?? []
          ).map((row) => order[row]!);
          const sorted = (rows: readonly number[]) => [...rows].sort((a, b) => a - b);
          // Of several sequences that share events, which of them are named may differ; whether there is one may not.
          if (name === 'temporal_ordered') expect(shuffled.length > 0).toBe(ofTime.length > 0);
          else expect(sorted(shuffled)).toEqual(sorted(ofTime));
        },
      ),
      { numRuns: 150, seed: 7 },
    );
  });
});

describe('correlations that cannot be used', () => {
  it.each<[string, string, string, RegExp]>([
    ['an unknown type', 'type: near\nrules: [a]\ntimespan: 1m', 'correlation.type', /no correlation type near/],
    ['a percentile', 'type: value_percentile\nrules: [a]\ntimespan: 1m', 'correlation.type', /is not supported: /],
    [
      'a condition with words',
      'type: temporal\nrules: [a, b]\ntimespan: 1m\ncondition: a and b',
      'correlation.condition',
      /a condition that is a map/,
    ],
    [
      'a sum of two fields',
      'type: value_sum\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1, field: [x, y]}',
      'correlation.condition.field',
      /takes one field/,
    ],
    ['no rules', 'type: temporal\ntimespan: 1m', 'correlation.rules', /at least one/],
    ['an unknown rule', 'type: temporal\nrules: [a, z]\ntimespan: 1m', 'correlation.rules.1', /refers to z/],
    ['a timespan without unit', 'type: temporal\nrules: [a]\ntimespan: 15', 'correlation.timespan', /as in 15m/],
    ['no timespan', 'type: temporal\nrules: [a]', 'correlation.timespan', /as in 15m/],
    ['no condition', 'type: event_count\nrules: [a]\ntimespan: 1m', 'correlation.condition', /needs a condition/],
    [
      'a condition with a text',
      'type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: ten}',
      'correlation.condition.gte',
      /whole number/,
    ],
    [
      'a condition with an unknown word',
      'type: event_count\nrules: [a]\ntimespan: 1m\ncondition: {more: 1}',
      'correlation.condition.more',
      /no more/,
    ],
    [
      'value_count without a field',
      'type: value_count\nrules: [a]\ntimespan: 1m\ncondition: {gte: 1}',
      'correlation.condition.field',
      /needs the field/,
    ],
    [
      'an unknown member',
      'type: temporal\nrules: [a]\ntimespan: 1m\ngroupby: [x]',
      'correlation.groupby',
      /no groupby/,
    ],
    [
      'an alias without one of the rules',
      'type: temporal\nrules: [a, b]\ntimespan: 1m\ngroup-by: [k]\naliases: {k: {a: x}}',
      'correlation.aliases.k',
      /no field for b-id/,
    ],
  ])('%s', (_what, body, field, problem) => {
    const { problems, correlations } = all(base('a', 'A'), base('b', 'B'), correlation(body));
    expect(problems.map((one) => one.field)).toEqual([field]);
    expect(problems[0]!.problem).toMatch(problem);
    expect(correlations).toEqual([]);
  });

  it('rings, and whatever hangs on them; the rest runs', () => {
    const of = (name: string, ...rules: readonly string[]) =>
      correlation(`type: temporal\nrules: [${rules.join(', ')}]\ntimespan: 1m`, name);
    const { problems, correlations, events } = all(
      base('a', 'A'),
      of('x', 'y'),
      of('y', 'z', 'a'),
      of('z', 'x'),
      of('self', 'self'),
      of('above', 'x'),
      of('fine', 'a'),
    );
    expect(correlations.map(({ info }) => info.id)).toEqual(['fine']);
    expect(problems.map(({ id }) => id).sort()).toEqual(['above', 'self', 'x', 'y', 'z']);
    expect(problems.find(({ id }) => id === 'x')?.problem).toContain('x → y → z → x');
    expect(events.length).toBe(1);
  });

  it('a long chain of correlations is only long', () => {
    const count = 2_000;
    const chain = Array.from({ length: count }, (_, index) =>
      correlation(`type: temporal\nrules: [${index + 1 === count ? 'a' : `c${index + 1}`}]\ntimespan: 1m`, `c${index}`),
    );
    const set = all(base('a', 'A'), ...chain);
    expect([set.problems.length, set.correlations.length]).toEqual([0, count]);
    expect(set.correlations.at(-1)?.info.id).toBe('c0');
  });
});

it('memory is bounded, and what was forgotten is told', () => {
  const set = all(
    base('a', 'A'),
    correlation('type: temporal_ordered\nrules: [a, a]\ngroup-by: [requestParameters.name]\ntimespan: 1d'),
  );
  const engine = new DetectionEngine(set);
  for (let index = 0; index < 25_000; index += 1) {
    const record = cloudtrail({ eventName: 'A', requestParameters: { name: index < 3_000 ? 'same' : `n${index}` } });
    const normalised = normalise({ format: 'cloudtrail', text: '' }, record);
    if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
    const { hits } = engine.judge(normalised.event, normalised.record, '');
    if (hits) engine.stored(hits, index);
  }
  expect(engine.states().find(({ id }) => id === 'together')?.forgotten).toBeGreaterThan(2_000);
});
