import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/model/event.ts';
import type { ResourceRef } from '../../src/model/resource.ts';
import { emptySnapshot } from '../../src/session/empty-snapshot.ts';
import { sightingOf, watchProof } from '../../src/session/proof.ts';
import type { OpenSession } from '../../src/session/session-options.ts';
import { touchedBy } from '../../src/session/watch-standing.ts';
import { observable } from '../../src/shared/observable.ts';
import { until } from '../helpers/until.ts';
import { clientsOf } from '../range/clients.ts';
import { containment, NOW, plan } from '../views/fixtures.ts';
import { drillSession } from './drill-session.ts';

const attacker = '198.51.100.7';
const signal = new AbortController().signal;
let drill: Awaited<ReturnType<typeof drillSession>>;
let session: OpenSession;
beforeAll(async () => {
  // Minutes of the story go by in seconds.
  // On a machine whose clock is an hour ahead.
  drill = await drillSession('presigned-url-hijack', { speed: 30, aheadMs: 3_600_000 });
  ({ session } = drill);
}, 120_000);
afterAll(() => drill.close());

const dsExec: ResourceRef = {
  kind: 'iam.role',
  arn: 'arn:aws:iam::111122223333:role/service-role/ds-exec',
  name: 'ds-exec',
};
const stolen = (): readonly TimelineEvent[] => [
  ...session.events.all({
    type: 'and',
    terms: [
      { type: 'field', field: 'ip', op: 'is', value: attacker },
      { type: 'field', field: 'principal', op: 'contains', value: 'ds-exec' },
    ],
  }),
];
const contained = (id: string) => session.snapshot.get().containments.find((one) => one.id === id);
const shown = () =>
  JSON.stringify(session.snapshot.get().containments.map(({ id, state, verdict }) => [id, state, verdict]));

it('the default drill: what a quarantine would refuse is counted, and the next call that is refused proves it', {
  timeout: 400_000,
}, async () => {
  await until(() => stolen().some(({ action }) => action === 's3:GetObject'), 'the attacker reads data', 180_000);
  await session.mark(stolen()[0]!.id, true);
  // All but who-am-I, which no policy refuses.
  const unstoppable = () => stolen().filter(({ action }) => action === 'sts:GetCallerIdentity').length;
  const before = unstoppable();
  const preview = await session.plan('iam.role.quarantine', dsExec, {}, signal);
  await until(() => preview.assessment.get().radius?.state === 'counted', 'the radius is counted', 60_000);
  const { recorded, sentences = [] } = preview.assessment.get().radius ?? {};
  const suspect = recorded?.callers.find(({ is }) => is === 'suspect');
  expect(suspect, sentences.join('\n')).toMatchObject({ name: 'ds-exec/SageMaker' });
  // The attacker goes on while it is counted.
  const passed = (suspect?.calls ?? 0) - (suspect?.refused ?? 0);
  expect(passed).toBeGreaterThanOrEqual(before);
  expect(passed).toBeLessThanOrEqual(unstoppable());
  expect(suspect?.refused).toBeGreaterThan(0);
  expect(sentences.join('\n')).toMatch(/of which .* are loaded \(since/);

  session.arm();
  const id = await session.approve(preview, { reason: 'test' }, signal);
  await until(() => contained(id)?.verdict.effect === 'proved', shown, 180_000);
  const event = session.events.event(session.events.find(contained(id)!.verdict.provedBy!)!)!;
  expect(event).toMatchObject({
    errorCode: expect.stringMatching(/AccessDenied/),
    principal: { name: 'ds-exec/SageMaker' },
  });
  expect(event.errorMessage).toContain('explicit deny in an identity-based policy');
  expect(contained(id)).toMatchObject({ state: 'confirmed', verdict: { contradictedBy: null, provable: true } });

  // What was predicted is what the account then does: no call of whom it concerns passes any more.
  await until(() => contained(id)?.holdingAt !== undefined, 'it holds', 90_000);
  const later = stolen().filter(({ at }) => at > event.at);
  expect(later.filter(({ errorCode, action }) => errorCode === '' && action !== 'sts:GetCallerIdentity')).toEqual([]);
});

it('and when a call passes that it should have refused, it is not effective, loudly', {
  timeout: 400_000,
}, async () => {
  const id = session.snapshot.get().containments.at(-1)!.id;
  // Somebody takes the deny away and nobody looks at AWS: the attacker's next call tells.
  const { iam } = clientsOf(drill.range);
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'ds-exec',
      PolicyName: 'IR-presigned-url-hijack-Quarantine',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'glacier:*', Resource: '*' }],
      }),
    }),
  );
  await until(() => contained(id)?.verdict.contradictedBy != null, shown, 270_000);
  const event = session.events.event(session.events.find(contained(id)!.verdict.contradictedBy!)!)!;
  expect(event).toMatchObject({ errorCode: '', principal: { issuerArn: dsExec.arn } });
  expect(contained(id)).toMatchObject({ state: 'failed', verdict: { effect: 'absent' } });
  // AWS is asked again by itself, and says that it is there no more; that it was there stays known.
  await until(() => contained(id)?.ineffective === 'gone', shown, 180_000);
  expect(contained(id)).toMatchObject({ state: 'failed', verdict: { effect: 'absent', contradictedBy: null } });
  expect(contained(id)?.verdict.stoodUntil).toBeLessThan(event.at + 120_000);
  expect(contained(id)?.steps.every(({ state }) => state === 'confirmed')).toBe(true);
});

it('what somebody else did to its target counts, and not our own calls, reads, refused calls and other resources', () => {
  const contained = { id: 'c1', approvedAt: 1_500, plan: { target: dsExec } } as never;
  const event = {
    action: 'iam:DeleteRolePolicy',
    readOnly: false,
    errorCode: '',
    responder: undefined,
    resources: [{ ...dsExec, relation: 'target' as const }],
    at: 1_000,
  };
  const ids = (more: object) => touchedBy({ ...event, ...more }, [contained], 0).map(({ id }) => id);
  expect(ids({})).toEqual(['c1']);
  expect(ids({ responder: 'claimed' })).toEqual(['c1']);
  expect(ids({ responder: 'own' })).toEqual([]);
  expect(ids({ readOnly: true })).toEqual([]);
  expect(ids({ errorCode: 'AccessDenied' })).toEqual([]);
  expect(ids({ at: 999 })).toEqual([]);
  expect(ids({ resources: [{ ...dsExec, arn: `${dsExec.arn}-2`, relation: 'target' }] })).toEqual([]);
});

it('journals a sighting once, and again only when it turns the verdict', () => {
  const verdict = { effect: 'holding', checks: [], stillOpen: [] } as const;
  const with_ = (more: object) => ({ verdict: { ...verdict, provedBy: null, ...more } }) as never;
  const found = (evidence: 'proves' | 'contradicts') => ({ id: 'c1', evidence, eventId: 'e', at: 5 });
  expect(sightingOf(found('proves'), undefined)).toBeUndefined();
  expect(sightingOf(found('proves'), with_({}))?.type).toBe('containment-proved');
  expect(sightingOf(found('proves'), with_({ provedBy: 'a' }))).toBeUndefined();
  expect(sightingOf(found('proves'), with_({ provedBy: 'a', contradictedBy: 'b' }))?.type).toBe('containment-proved');
  expect(sightingOf(found('contradicts'), with_({ provedBy: 'a' }))?.type).toBe('containment-contradicted');
  expect(sightingOf(found('contradicts'), with_({ contradictedBy: 'b' }))).toBeUndefined();
});

it('events that were looked at before this machine’s clock was known to be ahead are looked at again', async () => {
  const afters: number[] = [];
  let now = NOW;
  const of = plan('seconds', dsExec, { action: 'iam.access-key.deactivate' });
  const snapshot = observable({
    ...emptySnapshot({ incident: { name: 'x', folder: '/x', openedAt: NOW }, mode: 'live' }),
    containments: [containment({ plan: of })],
  });
  const ending = new AbortController();
  watchProof({
    events: {
      ask: async (_: string, { watches }: { readonly watches: readonly { readonly after: number }[] }) => {
        afters.push(...watches.map(({ after }) => after));
        return { found: [], last: 9 };
      },
    } as never,
    snapshot,
    clock: {
      now: () => {
        now += 1_000;
        return now;
      },
      sleep: async () => {},
    },
    ending: ending.signal,
    append: async () => {},
    failed: (error) => {
      throw error;
    },
  });
  const asked = (times: number) =>
    until(
      () => afters.length === times,
      () => JSON.stringify(afters),
    );
  await asked(1);
  for (const [version, clockSkewMs] of [0, 3_600_000, 3_599_995].entries()) {
    snapshot.set({ ...snapshot.get(), eventsVersion: version + 1, clockSkewMs });
    await asked(version + 2);
  }
  expect(afters).toEqual([0, 9, 0, 9]);
  ending.abort();
});
