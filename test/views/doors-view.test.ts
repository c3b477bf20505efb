import { expect, it } from 'vitest';
import { doorsView } from '../../views/doors/doors-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { fakeSession } from './fake-session.ts';
import { NOW } from './fixtures.ts';

it('says once what keeps many things from being looked at, with the name of each', () => {
  const theme = createTheme({ ascii: true, theme: 'none' });
  const unknown = [
    'training jobs: credentials expired (us-east-1)',
    'schedules: denied, needs scheduler:ListSchedules (us-east-1)',
    'Studio apps: credentials expired (us-east-1)',
    'endpoints: credentials expired (us-east-1)',
  ];
  const context = { snapshot: fakeSession().snapshot.get(), width: 100, theme, now: NOW, utc: true };
  const { lines, more } = doorsView({ selected: undefined }, { doors: [], unknown, at: NOW }, context);
  const text = lines
    .slice(0, 20)
    .map((line) => line.trim())
    .filter((line) => line.startsWith('not looked at'));
  expect(text).toEqual([
    'not looked at: training jobs, Studio apps, endpoints: credentials expired (us-east-1)',
    'not looked at: schedules: denied, needs scheduler:ListSchedules (us-east-1)',
  ]);
  expect(more).toContain('4 things not looked at');
});
