import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { doorsView } from '../../views/doors/doors-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from './fake-session.ts';
import { NOW } from './fixtures.ts';
import { door } from './situation.ts';

it('says what was not looked at, and in its title that there is such a thing', () => {
  const theme = createTheme({ ascii: true, theme: 'none' });
  const unknown = [
    'schedules in us-east-1: denied, needs scheduler:ListSchedules',
    `25 listings in us-east-1: cannot reach AWS (${'some kind, '.repeat(25)})`,
  ];
  const context = { snapshot: fakeSession().snapshot.get(), width: 100, theme, now: NOW, utc: true };
  const { lines, more } = doorsView({ selected: undefined }, { doors: [], unknown, at: NOW }, context);
  const text = lines.slice(0, 20).map((line) => line.trim());
  expect(text).toContain('not looked at: schedules in us-east-1: denied, needs scheduler:ListSchedules');
  expect(text.filter((line) => line.startsWith('not looked at'))[1]).toMatch(/^not looked at: 25 .*cannot reach AWS/);
  expect(more).toContain('not everything was looked at');
});

it('gives what is open the room that short names leave', () => {
  const theme = createTheme({ ascii: true, theme: 'none' });
  const context = { snapshot: fakeSession().snapshot.get(), width: 200, theme, now: NOW, utc: true };
  const what = 'deploy-bot holds a session (ASIAXPQOYS7O7463E2BA) of ci-deployer, until it ends by itself';
  const drawn = (principal: string) =>
    doorsView({ selected: undefined }, { doors: [door(0, { what, principal })], unknown: [], at: NOW }, context);
  expect(drawn('deploy-bot').lines.slice(0, 1).join('')).toContain(what);
  const long = drawn('a-name-of-more-cells-than-the-column-has').lines.slice(0, 1).join('');
  expect(stripVTControlCharacters(long)).toHaveLength(200);
  expect(long).not.toContain(what);
});

it('gives a long proof only what no door needs', () => {
  const theme = createTheme({ ascii: true, theme: 'none' });
  const context = { snapshot: fakeSession().snapshot.get(), width: 200, theme, now: NOW, utc: true };
  const proof = {
    type: 'read' as const,
    operation: 'sagemaker:CreateNotebookInstanceLifecycleConfig',
    at: NOW,
  };
  const drawn = (what: string) =>
    doorsView({ selected: undefined }, { doors: [door(0, { what, proof })], unknown: [], at: NOW }, context)
      .lines.slice(0, 1)
      .join('');
  const long = 'credentials ASIADQUWJOFLEGM6QKXR of ds-exec, are used from 198.51.100.7, 203.0.113.10 and 192.0.2.77';
  expect(drawn(long)).toContain(long.slice(0, 80));
  const whole = /LifecycleConfig \d\d:\d\d:\d\d/;
  expect(drawn(long)).not.toMatch(whole);
  expect(drawn('script evil')).toMatch(whole);
});
