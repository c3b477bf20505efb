import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/containment/action.ts';
import { outsidePrincipals, withoutOutside } from '../../src/containment/outside-access.ts';
import { account, awsError, roleRef, scene, signal } from './fake-aws.ts';

const close = 'sagemaker.presigned-entry.close';
const names = (steps: readonly Step[]) =>
  steps.map((step) => (step.kind === 'call' ? step.call.name.split(':')[1] : `wait ${step.check.until}`));

interface Minting {
  readonly role?: string;
  readonly who?: string;
  readonly notebook?: string;
  readonly minutesAgo?: number;
  readonly session?: number;
  readonly error?: string;
}

/** A record of the event history about a URL for a notebook. */
const minted = (at: number, { role = 'ds-team', who = 'mallory', notebook = 'lab', session, error }: Minting) =>
  JSON.stringify({
    eventID: `e-${who}-${at}`,
    eventName: 'CreatePresignedNotebookInstanceUrl',
    eventTime: new Date(at).toISOString(),
    sourceIPAddress: '198.51.100.7',
    ...(error ? { errorCode: error } : {}),
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/${role}/${who}`,
      sessionContext: { sessionIssuer: { arn: roleRef(role).arn, userName: role } },
    },
    requestParameters: {
      notebookInstanceName: notebook,
      ...(session === undefined ? {} : { sessionExpirationDurationInSeconds: session }),
    },
  });

function sceneOf(...mints: readonly Minting[]) {
  const s = scene();
  s.account.role('ds-team');
  const target = s.account.notebook('lab');
  s.account.handlers['cloudtrail:LookupEvents'] = () => ({
    Events: mints.map((mint) => ({
      CloudTrailEvent: minted(s.account.clock.now() - (mint.minutesAgo ?? 10) * 60_000, mint),
    })),
  });
  return { s, target };
}
const minters = roleRef('ds-team').arn;

describe(close, () => {
  it('denies new URLs first, then stops what they open, and says that AWS has no revoke', async () => {
    const { s, target } = sceneOf({});
    const { plan } = await s.runner.plan(close, target, { minters }, signal);
    expect(names(plan.steps)).toEqual(['PutRolePolicy', 'StopNotebookInstance', 'wait Stopped']);
    expect(plan.impact).toContain('AWS has no call that lists or revokes');
    expect(plan.impact).toContain('assumed, not measured on AWS');
    // Minted ten minutes ago: five minutes of URL and twelve hours of session.
    expect(plan.stillOpen?.[0]).toMatchObject({
      what: expect.stringContaining('mallory from 198.51.100.7'),
      until: new Date(s.account.clock.now() - 600_000 + 43_500_000).toISOString(),
    });
    expect(plan.undoRisk).toContain('1 presigned session');
  });
  it('stops the compute first where others mint with the same role, and counts them', async () => {
    const { s, target } = sceneOf({}, { who: 'bob', notebook: 'other' }, { who: 'carol', notebook: 'other' });
    const { plan } = await s.runner.plan(close, target, { minters }, signal);
    expect(names(plan.steps)).toEqual(['StopNotebookInstance', 'wait Stopped', 'PutRolePolicy']);
    expect(plan.impact).toContain('ds-team (2 other URLs in 24 hours)');
  });
  it('takes the lifecycle script away with the stop', async () => {
    const { s, target } = sceneOf({});
    Object.assign(s.account.notebooks.get('lab') ?? {}, { NotebookInstanceLifecycleConfigName: 'evil' });
    const { plan } = await s.runner.plan(close, target, { minters }, signal);
    expect(names(plan.steps)).toEqual([
      'PutRolePolicy',
      'StopNotebookInstance',
      'wait Stopped',
      'UpdateNotebookInstance',
      'wait Stopped',
    ]);
  });
  it('forgets sessions that are over and mints that were refused', async () => {
    const { s, target } = sceneOf({ minutesAgo: 120, session: 1_800 }, { error: 'AccessDenied' });
    const { plan } = await s.runner.plan(close, target, { minters: 'nobody' }, signal);
    expect(plan.stillOpen?.some(({ what }) => what.startsWith('presigned session'))).toBe(false);
    expect(names(plan.steps)).toEqual(['StopNotebookInstance', 'wait Stopped']);
  });
  it('says that it does not know who minted when the event history does not tell', async () => {
    const { s, target } = sceneOf({});
    s.account.handlers['cloudtrail:LookupEvents'] = () => {
      throw awsError('cloudtrail:LookupEvents', 'AccessDenied', 'denied');
    };
    const { plan } = await s.runner.plan(close, target, { minters: 'nobody' }, signal);
    expect(plan.stillOpen?.at(-1)?.what).toContain('AccessDenied');
  });
  it('offers all minters at once, each alone, and nobody', async () => {
    const { s, target } = sceneOf({}, { role: 'ds-exec', who: 'x' });
    const [offered] = await s.runner.parameters(close, target, signal);
    expect(offered?.choices).toEqual([
      `${roleRef('ds-team').arn},${roleRef('ds-exec').arn}`,
      roleRef('ds-team').arn,
      roleRef('ds-exec').arn,
      'nobody',
    ]);
  });
  it.each([
    ['', 'Usage'],
    ['ds-team', 'Usage'],
    ['arn:aws:iam::999988887777:role/x', 'OtherAccount'],
  ])('minters %j are refused', async (text, code) => {
    const { s, target } = sceneOf({});
    await expect(s.runner.plan(close, target, { minters: text }, signal)).rejects.toMatchObject({ code });
  });
  it('written, then undone', async () => {
    const { s, target } = sceneOf({});
    const { plan } = await s.runner.plan(close, target, { minters }, signal);
    const { containment } = await (await s.runner.approve(plan, { reason: 'x' }, 'me', signal)).written;
    expect(containment.state).toBe('written');
    expect(containment.verdict.checks.map(({ holds }) => holds)).toEqual([true, true, true]);
    const planned = await s.runner.planUndo(containment, signal);
    expect(planned.needsName).toBe(true);
    const undo = await s.runner.undo(planned, { reason: 'x', typedName: 'lab' }, 'me', signal);
    expect((await undo.done).containment.state).toBe('undone');
  });
});

describe('outside access of a resource policy', () => {
  const policy = (...Statement: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
  const ours = `arn:aws:iam::${account}:root`;
  const outside = 'arn:aws:iam::999988887777:root';
  it.each([
    ['a bare account', policy({ Effect: 'Allow', Principal: { AWS: '999988887777' } }), ['999988887777'], ''],
    ['everybody', policy({ Effect: 'Allow', Principal: '*' }), ['*'], ''],
    ['everybody, spelled out', policy({ Effect: 'Allow', Principal: { AWS: '*' } }), ['*'], ''],
    ['ours', policy({ Effect: 'Allow', Principal: { AWS: ours } }), [], undefined],
    ['a service', policy({ Effect: 'Allow', Principal: { Service: 'sagemaker.amazonaws.com' } }), [], undefined],
    ['a denial', policy({ Effect: 'Deny', Principal: '*' }), [], ''],
  ])('%s', (_, document, who, left) => {
    expect(outsidePrincipals(document, account)).toEqual(who);
    if (left !== undefined) expect(withoutOutside(document, account)).toBe(left);
  });
  it('takes out who is outside, and keeps everything else as it was', () => {
    const keep = { Effect: 'Deny', Principal: '*', Action: 'sagemaker:*' };
    const document = policy(keep, { Sid: 'a', Effect: 'Allow', Principal: { AWS: [ours, outside] }, Action: 'x' });
    expect(JSON.parse(withoutOutside(document, account) ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [keep, { Sid: 'a', Effect: 'Allow', Principal: { AWS: [ours] }, Action: 'x' }],
    });
  });
  it.each(['', 'not json', '[]', '{"Statement":"x"}', '{}'])('%j cannot be taken apart', (document) => {
    expect(outsidePrincipals(document, account)).toBeUndefined();
    expect(withoutOutside(document, account)).toBeUndefined();
  });
  it('NotPrincipal lets everybody else in, and is not touched', () => {
    const document = policy({ Effect: 'Allow', NotPrincipal: { AWS: ours } });
    expect(outsidePrincipals(document, account)).toHaveLength(1);
    expect(withoutOutside(document, account)).toBeUndefined();
  });
});
