import { expect, it } from 'vitest';
import { createDesk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { pivotsOf } from '../../hooks/pivot.ts';
import { pressKey } from '../../hooks/press.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { pivotView } from '../../views/dialogs/pivot-view.ts';
import { createTheme } from '../../views/theme/theme.ts';
import { until } from '../helpers/until.ts';
import { fakeSession } from '../views/fake-session.ts';
import { event, hostile, NOW, notebook, snapshot, story } from '../views/fixtures.ts';

const deskOf = (events = story()) =>
  createDesk(fakeSession({ events }), {
    now: () => NOW,
    later: () => () => {},
    copy: () => {},
    exit: () => {},
    repaint: () => {},
  });
/** An event that names nothing at all. */
const nameless = { principal: undefined, sourceIp: '', resources: [], userAgent: '', action: '' };
const press = (desk: ReturnType<typeof deskOf>, ...names: readonly string[]) => {
  for (const name of names) pressKey(desk, { name, text: name.length === 1 ? name : '' });
};

it('offers the credentials first, and asks the event history as it knows them', () => {
  expect(pivotsOf(story()[61]!).map(({ title, lookup }) => [title, lookup && Object.values(lookup).join(' ')])).toEqual(
    [
      ['access key ASIAEXAMPLEALICE0001', 'AccessKeyId ASIAEXAMPLEALICE0001'],
      ['principal ds-exec/alice', 'Username alice'],
      ['session alice', undefined],
      ['address 198.51.100.7', undefined],
      ['nb fraud-lab', 'ResourceName fraud-lab'],
      ['role ds-exec', 'ResourceName ds-exec'],
      ['user agent aws-cli/2.31.0', undefined],
      ['event name UpdateNotebookInstance', 'EventName UpdateNotebookInstance'],
    ],
  );
});

it('offers each thing once, nothing that has no name, and no user name for a service of AWS', () => {
  const service = { type: 'AWSService', arn: '', name: 'sagemaker.amazonaws.com' };
  const named = { ...notebook, relation: 'target' } as const;
  const empty = { kind: 'iam.role', arn: '', name: '', relation: 'uses' } as const;
  expect(
    pivotsOf(event(1, { principal: service, sourceIp: '', resources: [named, named, empty] })).map(
      ({ title, lookup }) => [title, lookup?.attribute],
    ),
  ).toEqual([
    ['principal sagemaker.amazonaws.com', undefined],
    ['nb fraud-lab', 'ResourceName'],
    ['user agent Boto3/1.40.2', undefined],
    ['event name DescribeEndpoint', 'EventName'],
  ]);
  expect(pivotsOf(event(1, nameless))).toEqual([]);
  expect(pivotsOf(story()[62]!).at(-1)?.title).toBe('error AccessDenied');
  expect(pivotsOf(event(1, { requestId: 'b7e1-4c' })).at(-1)).toEqual({
    title: 'request b7e1-4c',
    predicate: { type: 'field', field: 'request', op: 'is', value: 'b7e1-4c' },
  });
});

it('filters by what was chosen, and puts its look-up first', async () => {
  const desk = deskOf();
  press(desk, 'k', 'p');
  const dialog = topDialog(desk);
  expect(dialog?.type).toBe('pivot');
  dialogPainted(desk, dialog!.id);
  press(desk, 'j', 'Enter');
  await until(() => desk.state.get().filter.text !== '');
  expect(topDialog(desk)).toBeUndefined();
  expect(desk.state.get().filter.text).toBe('principal=ds-exec/alice');
  expect(desk.state.get().lookups).toEqual([{ attribute: 'Username', value: 'alice' }]);
  press(desk, 'p');
  dialogPainted(desk, topDialog(desk)!.id);
  press(desk, 'Enter');
  await until(() => desk.state.get().filter.text.startsWith('key='));
  expect(desk.state.get().lookups.map(({ attribute }) => attribute)).toEqual(['AccessKeyId', 'Username']);
});

it('pivots to the selected resource at once', async () => {
  const desk = deskOf();
  desk.state.set({
    ...desk.state.get(),
    focus: 'resources',
    resources: [{ ...notebook, events: 1, writes: 0, errors: 0, lastAt: 0, why: [], isNew: false }],
  });
  press(desk, 'p');
  await until(() => desk.state.get().filter.text === 'resource=fraud-lab');
  expect(desk.state.get().lookups).toEqual([{ attribute: 'ResourceName', value: 'fraud-lab' }]);
});

/** Opens the pivots of the selected event, as if they had been painted, and presses on. */
async function pivot(desk: ReturnType<typeof deskOf>, ...names: readonly string[]) {
  const before = desk.state.get().filter;
  press(desk, 'p');
  dialogPainted(desk, topDialog(desk)!.id);
  press(desk, ...names);
  await until(() => desk.state.get().filter !== before);
}

it('stacks a pivot on the filter, leaves it out, and takes one by its number', async () => {
  const desk = deskOf();
  press(desk, 'k', 'k');
  await pivot(desk, '2');
  expect(desk.state.get().filter.text).toBe('principal=ds-exec/alice');
  await pivot(desk, 'j', 'j', 'j', 'j', '+');
  expect(desk.state.get().filter.text).toBe('principal=ds-exec/alice resource=ds-exec');
  await pivot(desk, 'G', '-');
  expect(desk.state.get().filter.text).toBe('principal=ds-exec/alice resource=ds-exec !error=AccessDenied');
});

it('walks back through filters and places, and at last to everything', async () => {
  const desk = deskOf();
  press(desk, 'k', 'k');
  const { place } = desk.state.get();
  await pivot(desk, '2');
  press(desk, 'g');
  const there = desk.state.get().place;
  await pivot(desk, 'Enter');
  expect(desk.state.get().trail.map(({ filter }) => filter.text)).toEqual(['', 'principal=ds-exec/alice']);
  press(desk, 'Esc');
  await until(() => desk.state.get().filter.text === 'principal=ds-exec/alice');
  expect(desk.state.get().place).toEqual(there);
  press(desk, 'Backspace');
  await until(() => desk.state.get().filter.text === '');
  expect(desk.state.get().place).toEqual(place);
  press(desk, 'Backspace');
  expect(desk.state.get().message?.text).toBe('nowhere to go back to');
});

it('says why there is nothing to pivot to', () => {
  const desk = deskOf([event(1, nameless)]);
  press(desk, 'p');
  expect(desk.state.get().message?.text).toContain('nothing to pivot to');
  const none = deskOf([]);
  press(none, 'p');
  expect(none.state.get().message?.text).toBe('no event is selected');
});

it('makes of hostile names a filter that can be read back', async () => {
  const desk = deskOf([hostile(1)]);
  press(desk, 'p');
  dialogPainted(desk, topDialog(desk)!.id);
  press(desk, 'Enter');
  await until(() => desk.state.get().filter.text !== '');
  const { text } = desk.state.get().filter;
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(parseFilter(text, { now: NOW }).ok).toBe(true);
});

it('says whole on 80 cells what the event history is asked, and of saved logs that there is none to ask', () => {
  const theme = createTheme({ ascii: true, theme: 'none' });
  const drawn = (mode: 'live' | 'saved') =>
    [
      ...pivotView(pivotsOf(story()[61]!), 0, {
        snapshot: snapshot({ mode }),
        now: NOW,
        utc: true,
        theme,
        width: 80,
      }).lines.slice(0, 9),
    ].join('\n');
  expect(drawn('live')).toContain('looked up in the event history first');
  expect(drawn('live')).toContain('only in what is loaded');
  expect(drawn('saved')).not.toContain('looked up');
});
