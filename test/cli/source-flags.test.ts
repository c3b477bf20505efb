import { expect, it } from 'vitest';
import { chooseSources } from '../../src/cli/source-flags.ts';
import type { EventSource } from '../../src/sources/source.ts';

const sources = ['cloudtrail-lookup', 'trail-log-group', 'cloudwatch-logs'].map((id) => ({ id }) as EventSource);
const ids = (list: readonly EventSource[] | undefined) => list?.map(({ id }) => id);

it('reads all sources with the own credentials when nothing is said', () => {
  const { own, byProfile } = chooseSources(sources, []);
  expect(ids(own)).toEqual(['cloudtrail-lookup', 'trail-log-group', 'cloudwatch-logs']);
  expect(byProfile.size).toBe(0);
});

it('moves a source to another profile and keeps the rest', () => {
  const { own, byProfile } = chooseSources(sources, ['trail-log-group,profile=log-archive']);
  expect(ids(own)).toEqual(['cloudtrail-lookup', 'cloudwatch-logs']);
  expect(ids(byProfile.get('log-archive'))).toEqual(['trail-log-group']);
});

it('reads only the sources that are named', () => {
  const { own, byProfile } = chooseSources(sources, ['cloudtrail-lookup', 'trail-log-group,profile=log-archive']);
  expect(ids(own)).toEqual(['cloudtrail-lookup']);
  expect(ids(byProfile.get('log-archive'))).toEqual(['trail-log-group']);
});

it('lets the flags win over the configuration', () => {
  const settings = { 'trail-log-group': { profile: 'audit' }, 'cloudwatch-logs': { enabled: false } };
  expect(ids(chooseSources(sources, [], settings).own)).toEqual(['cloudtrail-lookup']);
  expect(ids(chooseSources(sources, [], settings).byProfile.get('audit'))).toEqual(['trail-log-group']);
  expect(ids(chooseSources(sources, ['cloudwatch-logs'], settings).own)).toEqual(['cloudwatch-logs']);
  const moved = chooseSources(sources, ['trail-log-group,profile=b'], settings).byProfile;
  expect([...moved.keys()]).toEqual(['b']);
});

it.each([
  [['trail'], '--source: there is no source "trail"'],
  [['trail-log-group,role=x'], '"role=x" is not understood'],
  [['trail-log-group,profile='], '"profile=" is not understood'],
])('refuses %j in a line', (flags, message) => {
  expect(() => chooseSources(sources, flags)).toThrow(message);
});
