import { expect, it } from 'vitest';
import { asksForRecords, shownPredicate } from '../../hooks/shown.ts';
import { matches } from '../../src/filter/matches.ts';
import { parseFilter } from '../../src/filter/parse.ts';
import { event, snapshot } from '../views/fixtures.ts';

const arn = 'arn:aws:sts::111122223333:assumed-role/OnCall/dana';
const { incident } = snapshot();
const identity = { ...snapshot().identity!, arn };
const predicate = (text: string) => {
  const parsed = parseFilter(text, { now: 0 });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.predicate;
};
const ours = (over: object = {}) =>
  event(1, {
    readOnly: true,
    userAgent: `aws-sdk-js firebreak-${incident.name}`,
    principal: { type: 'AssumedRole', arn, name: 'OnCall/dana' },
    ...over,
  });
const accounts = [identity, { ...identity, arn: `${arn}-dev` }].map((one) => ({
  account: one.account,
  alias: one.alias,
  profile: '',
  arn: one.arn,
}));
const shows = (one: ReturnType<typeof event>, text = '') =>
  matches(shownPredicate('actions', predicate(text), { accounts, identity, incident }), one);

it('leaves out log lines and our own reads, nothing else', () => {
  expect(shows(event(1))).toBe(true);
  expect(shows(event(1, { origin: 'cloudwatch-logs' }))).toBe(false);
  expect(shows(event(1, { origin: 'eventbridge' }))).toBe(true);
  expect(shows(ours())).toBe(false);
  expect(shows(ours({ principal: { type: 'AssumedRole', arn: `${arn}-dev`, name: 'OnCall/dana-dev' } }))).toBe(false);
  // What we change is part of the story; a stranger with our user agent stays in sight; so does our identity with another agent.
  expect(shows(ours({ readOnly: false }))).toBe(true);
  expect(shows(ours({ principal: { type: 'AssumedRole', arn: `${arn}2`, name: 'OnCall/dana2' } }))).toBe(true);
  expect(shows(ours({ userAgent: 'aws-cli/2' }))).toBe(true);
});

it('hides no read before AWS has said who we are', () => {
  expect(
    matches(shownPredicate('actions', { type: 'all' }, { accounts: [], identity: undefined, incident }), ours()),
  ).toBe(true);
});

it('leaves a filter alone that asks for a kind of record itself', () => {
  const line = event(1, { origin: 'cloudwatch-logs' });
  expect(shows(line, 'source=cloudwatch-logs')).toBe(true);
  expect(shows(line, 'region=us-east-1')).toBe(false);
  expect(asksForRecords(predicate('error | !source=eventbridge'))).toBe(true);
  expect(asksForRecords(predicate('error'))).toBe(false);
  // What a rule found, what was marked and one event are wanted whatever they are; what is not of them is not asked for.
  for (const text of ['rule=miner resource=x', 'marked', 'id=e1'])
    expect(asksForRecords(predicate(text)), text).toBe(true);
  for (const text of ['!rule=miner', '!marked', 'readonly']) expect(asksForRecords(predicate(text)), text).toBe(false);
  expect(shownPredicate('all', predicate('error'), { accounts, identity, incident })).toEqual(predicate('error'));
});
