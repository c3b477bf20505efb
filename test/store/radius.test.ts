import { describe, expect, it } from 'vitest';
import { denyAllDocument, quarantineDocument } from '../../src/containment/policy-document.ts';
import { radiusWords } from '../../src/containment/radius-words.ts';
import type { NormalisedEvent } from '../../src/model/event.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { ResourceLink } from '../../src/model/resource.ts';
import type { Holder, Restriction } from '../../src/policy/restriction.ts';
import { openQueries } from '../../src/store/event-queries.ts';
import type { EventWriter } from '../../src/store/writer.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const account = '111122223333';
const now = Date.parse('2026-11-23T21:00:00Z');
const hour = 3_600_000;
const role: Holder = { type: 'role', account, name: 'ds-exec' };
const session = (of: string, name: string, accessKeyId: string): Principal => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/${of}/${name}`,
  name: `${of}/${name}`,
  issuerArn: `arn:aws:iam::${account}:role/team/${of}`,
  accessKeyId,
  issuedAt: now - hour,
});
const alice = session('ds-exec', 'alice', 'ASIAALICE');
const code = (key: string) => session('ds-exec', 'SageMaker', key);
const bob = session('ds-team', 'bob', 'ASIABOB');
const responder = session('OnCall', 'me', 'ASIAME');
const data = 'arn:aws:s3:::data';
const objectIn = (bucket: string, key: string): readonly ResourceLink[] => [
  { kind: 's3.object', arn: `${bucket}/${key}`, name: key, relation: 'target' },
  { kind: 's3.bucket', arn: bucket, name: bucket.slice(13), relation: 'parent' },
];

let made = 0;
const one = (principal: Principal, action: string, more: Partial<NormalisedEvent> = {}): NormalisedEvent => {
  made += 1;
  return event({ id: uuid(made), at: now - 30 * 60_000 + made, principal, action, resources: [], ...more });
};
const many = (times: number, ...given: Parameters<typeof one>): NormalisedEvent[] =>
  Array.from({ length: times }, () => one(...given));

async function radiusOf(
  events: readonly NormalisedEvent[],
  restrictions: readonly Restriction[],
  more: {
    readonly mark?: readonly NormalisedEvent[];
    readonly loadedSince?: number;
    readonly suspectKeys?: readonly string[];
    readonly prepare?: (writer: EventWriter) => void;
  } = {},
) {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write(events.map((each) => stored(each)));
  const queries = openQueries(path);
  for (const { id } of more.mark ?? []) writer.mark(queries.find(id) ?? 0, true);
  queries.setOwn({ mark: 'firebreak-x', arns: new Set([responder.arn]) });
  const answer = await queries.ask<'radius'>(
    'radius',
    {
      type: 'radius',
      restrictions,
      from: now - 24 * hour,
      to: now,
      ...(more.loadedSince === undefined ? {} : { loadedSince: more.loadedSince }),
      suspectKeys: more.suspectKeys ?? [],
    },
    new AbortController().signal,
  );
  await queries.close();
  writer.close();
  return answer;
}
const quarantine: Restriction = { type: 'deny', holder: role, document: quarantineDocument };
const revoke = (cutoff: number): Restriction => ({
  type: 'deny',
  holder: role,
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Action: ['*'],
        Resource: ['*'],
        Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(cutoff).toISOString() } },
      },
    ],
  }),
});

describe('the recorded calls that a plan would refuse', () => {
  const ofAlice = [...many(3, alice, 's3:GetObject'), ...many(2, alice, 'sts:GetCallerIdentity')];
  const everybody = [
    ...ofAlice,
    ...many(1, alice, 's3:GetObject', { errorCode: 'AccessDenied' }),
    ...many(4, code('ASIAONE'), 's3:GetObject'),
    ...many(5, code('ASIATWO'), 'logs:PutLogEvents'),
    ...many(6, bob, 'sagemaker:ListEndpoints'),
    ...many(7, responder, 'iam:GetRole'),
    // Yesterday's are not counted.
    ...many(9, alice, 's3:GetObject', { at: now - 25 * hour }),
  ];

  it('counts the suspect, code on compute, and nobody whom it does not concern', async () => {
    const radius = await radiusOf(everybody, [quarantine], { mark: [ofAlice[0]!] });
    expect(radius.callers).toMatchObject([
      { is: 'suspect', name: 'ds-exec/alice', calls: 6, refused: 4, failed: 1, unsaid: 0, keys: 1 },
      { is: 'compute', name: 'ds-exec/SageMaker', calls: 9, refused: 4, renewed: 0, keys: 2 },
    ]);
    expect(radius.passing).toMatchObject([
      { name: 'ds-exec/alice', action: 'sts:GetCallerIdentity', calls: 2, eventId: ofAlice[4]?.id, isRenewed: false },
    ]);
    const words = radiusWords(radius, [quarantine]);
    expect(words).toContain('refuses 4 of 6 calls of suspect ds-exec/alice: 1 of its calls had failed anyway');
    expect(words).toContain('refuses 4 of 9 calls of code on compute ds-exec/SageMaker (2 sets of credentials)');
    expect(words.join(' ')).not.toContain('bob');
  });

  it('says that revoking sessions does not stop what is given fresh credentials', async () => {
    const restriction = revoke(now);
    const marked = one(code('ASIAONE'), 's3:GetObject');
    const radius = await radiusOf([...everybody, marked], [restriction], { mark: [marked] });
    expect(radius.callers).toMatchObject([
      { is: 'suspect', name: 'ds-exec/SageMaker', calls: 5, refused: 5, renewed: 5 },
      { is: 'compute', name: 'ds-exec/SageMaker', calls: 5, refused: 5, renewed: 5 },
      { is: 'person', name: 'ds-exec/alice', calls: 6, refused: 4, renewed: 0 },
    ]);
    expect(radius.passing).toMatchObject([{ action: 's3:GetObject', calls: 5, isRenewed: true }]);
    const words = radiusWords(radius, [restriction]).join('\n');
    expect(words).toContain('only until AWS gives it fresh credentials: it goes on');
    expect(words).toContain('credentials that are issued after the cut-off pass');
  });

  it('a key that is off refuses all of its calls, and none of its children’s', async () => {
    const owner: Principal = {
      type: 'IAMUser',
      arn: `arn:aws:iam::${account}:user/alice`,
      name: 'alice',
      accessKeyId: 'AKIAALICE',
    };
    const events = [
      ...many(2, owner, 'sts:GetCallerIdentity'),
      ...many(3, { ...owner, accessKeyId: 'ASIACHILD', issuedAt: now - hour }, 's3:GetObject'),
    ];
    const radius = await radiusOf(events, [{ type: 'key', accessKeyId: 'AKIAALICE' }], { suspectKeys: ['ASIACHILD'] });
    expect(radius.callers).toMatchObject([
      { is: 'suspect', calls: 3, refused: 0 },
      { is: 'person', calls: 2, refused: 2 },
    ]);
    expect(radius.passing).toMatchObject([{ action: 's3:GetObject', calls: 3 }]);
  });

  it('a bucket’s policy: what was done there decides, and who else goes there is counted too', async () => {
    const restriction: Restriction = {
      type: 'bucket',
      bucket: data,
      document: JSON.stringify({
        Statement: [
          {
            Effect: 'Deny',
            Principal: '*',
            Action: 's3:*',
            Resource: [data, `${data}/*`],
            Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/team/ds-exec` } },
          },
        ],
      }),
    };
    const radius = await radiusOf(
      [
        ...many(3, alice, 's3:GetObject', { resources: objectIn(data, 'a.csv') }),
        ...many(2, alice, 's3:GetObject', { resources: objectIn('arn:aws:s3:::models', 'm.tar.gz') }),
        ...many(1, alice, 's3:DeleteObjects'),
        ...many(4, bob, 's3:GetObject', { resources: objectIn(data, 'b.csv') }),
        ...many(5, bob, 's3:GetObject', { resources: objectIn('arn:aws:s3:::models', 'b.csv') }),
      ],
      [restriction],
    );
    expect(radius.callers).toMatchObject([
      { name: 'ds-exec/alice', calls: 6, refused: 3, unsaid: 1 },
      { name: 'ds-team/bob', calls: 4, refused: 0 },
    ]);
    expect(radiusWords(radius, [restriction])).toEqual(
      expect.arrayContaining([
        'refuses 3 of 6 calls of ds-exec/alice: of 1 it cannot be said',
        'refuses none of 4 calls of ds-team/bob',
        'where it cannot be said: the records do not name what was acted on',
      ]),
    );
  });

  it('a frozen trust: whoever assumed the role', async () => {
    const target: ResourceLink = {
      kind: 'iam.role',
      arn: `arn:aws:iam::${account}:role/team/ds-exec`,
      name: 'ds-exec',
      relation: 'target',
    };
    const other = { ...target, arn: `arn:aws:iam::${account}:role/other`, name: 'other' };
    const radius = await radiusOf(
      [
        ...many(2, bob, 'sts:AssumeRole', { resources: [target] }),
        ...many(3, bob, 'sts:AssumeRole', { resources: [other] }),
        ...many(4, bob, 's3:GetObject'),
      ],
      [{ type: 'trust', role, document: '{"Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*"}]}' }],
    );
    expect(radius.callers).toMatchObject([{ name: 'ds-team/bob', calls: 2, refused: 2 }]);
  });

  it('says how far the loaded time reaches, and that nobody is suspect', async () => {
    const radius = await radiusOf(everybody.slice(0, 5), [quarantine], { loadedSince: now - 3 * hour });
    expect(radius).toMatchObject({ loadedFrom: now - 3 * hour, hasSuspects: false });
    const words = radiusWords(radius, [quarantine]);
    expect(words[0]).toBe(
      'held against the recorded calls of the last 24 h, of which 3 h are loaded (since 2026-11-23 18:00Z)',
    );
    expect(words.join(' ')).toContain('nobody is suspect yet');
    expect((await radiusOf(everybody, [quarantine], { loadedSince: now - 30 * hour })).loadedFrom).toBeUndefined();
  });

  it('stays short with two thousand callers', async () => {
    const sessions = Array.from({ length: 2_000 }, (_, n) =>
      one(session('ds-exec', `person-${n}`, `ASIA${n}`), 's3:GetObject'),
    );
    const radius = await radiusOf(sessions, [{ type: 'deny', holder: role, document: denyAllDocument }]);
    expect(radius.callers).toHaveLength(40);
    expect(radius.more).toEqual({ callers: 1_960, calls: 1_960, refused: 1_960 });
    expect(radiusWords(radius, [])).toContain('refuses 1,986 of 1,986 calls of 1,986 other callers');
  });
});
