import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { noPosture, type Posture, type PostureResult } from '../../src/model/posture.ts';
import { postureView } from '../../views/posture/posture-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from './fake-session.ts';
import { NOW, notebook } from './fixtures.ts';

const theme = createTheme({ ascii: true, theme: 'none' });
const result = (index: number, over: Partial<PostureResult> = {}): PostureResult => ({
  check: `check-${index}`,
  topic: 'infrastructure security',
  title: `question ${index}`,
  resource: notebook,
  account: '111122223333',
  region: 'us-east-1',
  verdict: 'unknown',
  evidence: [],
  missing: [],
  note: `sagemaker:Describe${index % 3}: cannot reach AWS: connect ECONNREFUSED`,
  why: '',
  here: [],
  remedy: undefined,
  references: [],
  ...over,
});
const head = (...results: readonly PostureResult[]) => headWhile('done', results);
const headWhile = (state: Posture['state'], results: readonly PostureResult[]) => {
  const context = { snapshot: fakeSession().snapshot.get(), width: 100, theme, now: NOW, utc: true };
  const posture = { ...noPosture, state, results, at: NOW };
  return (postureView({ selected: undefined, only: 'all' }, posture, context).head ?? []).map((line) =>
    stripVTControlCharacters(line).trim(),
  );
};

it('says above the rows why most of them say nothing, once', () => {
  const many = Array.from({ length: 75 }, (_, index) => result(index));
  expect(head(...many)[0]).toBe('all 75 unknown for one reason: cannot reach AWS: connect ECONNREFUSED');
  expect(head(...many, result(80, { note: 'waiting' }))[0]).toBe(
    '75 of 76 unknown for one reason: cannot reach AWS: connect ECONNREFUSED',
  );
  expect(head(...many.map((one) => ({ ...one, missing: ['iam:GetRole'] })))[0]).toContain('AWS let nothing be read');
  // While it is read, what is not known is on its way.
  expect(headWhile('reading', many)[0]).toMatch(/^resource/);
  // Where most is known, or the reasons differ, the rows speak for themselves.
  const sound = many.map((one) => ({ ...one, verdict: 'sound' as const, note: '' }));
  expect(head(...sound, result(1), result(2), result(3))[0]).toMatch(/^resource/);
  expect(head(...many.map((one, index) => ({ ...one, note: `reason ${index}` })))[0]).toMatch(/^resource/);
});
