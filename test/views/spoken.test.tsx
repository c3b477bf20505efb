import { PassThrough, Writable } from 'node:stream';
import { afterEach, expect, it } from 'vitest';
import { keyNames } from '../../hooks/key-names.ts';
import { type AwsCalls, noCalls } from '../../src/model/aws-call.ts';
import { defaultSettings } from '../../src/model/console-settings.ts';
import { longText } from '../../src/model/long-text.ts';
import { noFindings } from '../../src/session/findings.ts';
import type { Session } from '../../src/session/session.ts';
import type { Source } from '../../src/shared/observable.ts';
import { news, sentence, spokenTheme } from '../../views/spoken/spoken-text.ts';
import { incidentWords, messageWords } from '../../views/spoken/what-changed.ts';
import { startConsole } from '../../views/start-console.tsx';
import { until } from '../helpers/until.ts';
import { samples } from './catalogue.ts';
import { fakeSession } from './fake-session.ts';
import { event, hostile, NOW, snapshot } from './fixtures.ts';
import { inventory, openDoors } from './situation.ts';

const keys: { readonly [name: string]: string } = {
  Enter: '\r',
  Esc: '\u001b',
  Tab: '\t',
  'Ctrl-C': '\u0003',
  Left: '\u001b[D',
  Down: '\u001b[B',
};
let leave: (() => Promise<void>) | undefined;
afterEach(async () => {
  await leave?.();
  leave = undefined;
});

/** The linear console on a stream: what it said, and its keys. */
function listen(session: Session, settings: Partial<typeof defaultSettings> = {}) {
  let said = '';
  const stdout = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        said += chunk.toString();
        done();
      },
    }),
    { isTTY: true, columns: 80, rows: 24 },
  );
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => stdin,
    ref: () => stdin,
    unref: () => stdin,
  });
  const ended = startConsole(
    session,
    { ...defaultSettings, screenReader: true, title: false, ...settings },
    { stdin: stdin as unknown as NodeJS.ReadableStream, stdout },
  );
  ended.catch(() => undefined);
  let from = 0;
  /** Waits for it after what was heard before. */
  const hear = (wanted: string | RegExp) =>
    until(
      () => {
        const rest = said.slice(from);
        const at = typeof wanted === 'string' ? rest.indexOf(wanted) : rest.search(wanted);
        if (at >= 0) from += at + 1;
        return at >= 0;
      },
      () => `hearing ${wanted} after\n${said.slice(Math.max(0, from - 300))}`,
    );
  const press = async (...names: readonly string[]) => {
    for (const name of names) {
      stdin.write(keys[name] ?? name);
      await new Promise((resolve) => setTimeout(resolve, name === 'Esc' ? 30 : 5));
    }
  };
  leave = async () => {
    await press('Ctrl-C', 'Ctrl-C');
    await ended;
  };
  return { hear, press, said: () => said, ended, rest: () => said.slice(from) };
}

it('makes sentences of rows, with words for glyphs that no text can forge', () => {
  const { glyphs } = spokenTheme;
  expect(sentence(`${glyphs.pointer} ${glyphs.finding} role  ds-exec      41 ${glyphs.rule.repeat(9)}`)).toBe(
    'selected: finding: role, ds-exec, 41',
  );
  expect(sentence('plain   text')).toBe('plain, text');
});

it('a count that goes on is no news; another name that differs by a figure is', () => {
  expect(news(['lease 14:59', 'a'], ['lease 14:58', 'a', 'written'])).toEqual(['written']);
  expect(news(['waiting 58s, about 3m left'], ['waiting 1m2s, about 90s left'])).toEqual([]);
  expect(news(['open, alice plans'], ['open, alice, plans'])).toEqual([]);
  expect(news(['train-23 uses it'], ['train-23 uses it', 'train-24 uses it'])).toEqual(['train-24 uses it']);
});

it('what is told apart on screen by a sign alone is told apart in words', () => {
  const { glyphs } = spokenTheme;
  const signs = [glyphs.added, glyphs.removed, glyphs.warning, glyphs.open, glyphs.possible, glyphs.box.empty];
  expect(signs.map((sign) => sentence(`${sign} it`))).toEqual([
    'added: it',
    'removed: it',
    'warning: it',
    'open: it',
    'possible: it',
    'to do: it',
  ]);
});

it('tells of work in the background that it began and how it ended, not each step of it', () => {
  const at = (text: string) => ({ text, tone: 'plain' as const });
  expect(messageWords(undefined, at('evidence: 1 of 30 files (:stop)'))).toEqual(['evidence: 1 of 30 files (:stop)']);
  expect(messageWords(at('evidence: 1 of 30 files (:stop)'), at('evidence: 2 of 30 files (:stop)'))).toEqual([]);
  expect(messageWords(at('evidence: 2 of 30 files (:stop)'), at('evidence: 30 files'))).toEqual(['evidence: 30 files']);
  expect(messageWords(at('used: an address'), at('used: an address · it is of alice'))).toEqual(['it is of alice']);
});

it('says of saved logs that nothing can be changed, not how to arm', async () => {
  const on = listen(fakeSession({ snapshot: { mode: 'saved', identity: undefined, endpoint: undefined } }));
  await on.hear('Saved logs: nothing can be changed');
  await on.hear('question mark: every key');
  expect(on.said()).not.toContain('Read-only');
});

it('says once that it is read-only, and who we are when that is known', async () => {
  const session = fakeSession({ snapshot: { identity: undefined } });
  const { identity } = snapshot();
  const on = listen(session);
  await on.hear('AWS has not said yet who we are');
  await on.hear('Read-only: capital A arms');
  await on.hear('question mark: every key');
  session.snapshot.set({ ...session.snapshot.get(), identity });
  await on.hear('111122223333');
  expect(on.said().split('Read-only').length - 1).toBe(1);
});

it('begins with where we are, reads rows as sentences, and draws nothing', async () => {
  const session = fakeSession();
  const on = listen(session);
  await on.hear('Firebreak, incident INC-fraud-lab');
  await on.hear('Read-only: capital A arms');
  await on.press('k');
  await on.hear(/20:04:18, .*\r\n/);
  await on.press('Enter');
  await on.hear('Detail: ');
  await on.hear(/action, sagemaker:CreateTrainingJob/);
  await on.press('Esc', 'Tab', 'Tab');
  await on.hear('Resources by heat: selected: ');
  session.add({ ...hostile(70), rowId: 9070 });
  await on.press('Esc', 'G');
  await on.hear('20:04');
  // No sequence but the one for pasted text, nothing that moves the cursor.
  const controls = [
    ...on
      .said()
      .replaceAll('\u001b[?2004h', '')
      .matchAll(/\p{Cc}/gu),
  ].map(([one]) => one);
  expect(new Set(controls)).toEqual(new Set(['\r', '\n']));
});

it('tells of findings and results whatever is open', async () => {
  const session = fakeSession();
  const on = listen(session);
  await on.hear('INC-fraud-lab');
  session.findings.set({ ...noFindings, at: 1 });
  await on.press('?');
  await on.hear('Dialog: Help');
  session.findings.set({
    ...noFindings,
    at: 2,
    groups: [
      {
        key: 'k',
        rule: 'stolen-url',
        severity: 'high',
        actor: 'alice\u001b[2J',
        actorArn: '',
        resource: undefined,
        events: 1,
        firstAt: 0,
        lastAt: 0,
        lastRow: 1,
        eventIds: [],
      },
    ],
  });
  await on.hear('New high finding: stolen-url, by alice\\u{1b}[2J');
  session.snapshot.set({
    ...session.snapshot.get(),
    errors: [{ at: 0, what: 'AccessDenied: no', nextSteps: ['ask'] }],
  });
  await on.hear('Error: AccessDenied: no. ask');
});

it('says how many findings there are as soon as any are known, and does not read a row again because it counts on', async () => {
  const session = fakeSession({ snapshot: { openFindings: 0 } });
  const found = (rule: string, events: number) => ({
    key: rule,
    rule,
    severity: 'high' as const,
    actor: 'alice',
    actorArn: '',
    resource: undefined,
    events,
    firstAt: 0,
    lastAt: events * 1_000,
    lastRow: 1,
    eventIds: [],
  });
  const on = listen(session);
  await on.hear('INC-fraud-lab');
  await on.press('F');
  await on.hear('Dialog: Findings, looking…');
  session.snapshot.set({ ...session.snapshot.get(), openFindings: 2 });
  await on.hear('2 open findings');
  session.findings.set({ ...noFindings, at: 1, groups: [found('rule 1', 3), found('rule 2', 3)] });
  await on.hear(/selected: high, .* 3 rule 1/);
  for (const events of [4, 5, 60])
    session.findings.set({ ...noFindings, at: events, groups: [found('rule 1', events), found('rule 2', 3)] });
  await on.press('j');
  await on.hear(/^high, .* 3 rule 2/m);
  expect(on.said().match(/^(selected: )?high, /gm)).toHaveLength(2);
});

it('reads a plan whole before it can be confirmed, takes the typed name alone, and tells what became of it', async () => {
  const session = fakeSession();
  const on = listen(session);
  await on.hear('INC-fraud-lab');
  await on.press('Tab', 'Tab');
  await on.hear('Resources by heat: selected:');
  await on.press('c');
  await on.hear('Dialog: Contain');
  await on.press('Enter');
  await on.hear(/Dialog: Stop endpoint/);
  await on.hear(/read-only/i);
  await on.press('A');
  await on.hear(/Armed until/);
  await on.hear(/fraud-scorer/);
  await on.press('y', 'Enter');
  expect(session.asked.filter((asked) => asked.startsWith('approve'))).toEqual([]);
  await on.press('\u007f', ...'fraud-scorer');
  await on.press('Enter');
  await until(
    () => session.asked.some((asked) => asked.startsWith('approve')),
    () => on.rest(),
  );
  await on.hear(/c\d+, .* on fraud-scorer: in progress/);
});

it('begins with the account as the operator calls it, and the keys as the operator has bound them', async () => {
  const on = listen(fakeSession(), {
    keys: { arm: ['9'], help: ['H'], palette: [';'] },
    accounts: { '111122223333': { name: 'the shop', production: true } },
  });
  await on.hear(/PRODUCTION, 111122223333 the shop, Region/);
  await on.hear('Read-only: 9 arms');
  await on.hear('capital H: every key; semicolon: every command by name; q leaves');
});

it('says once that the credentials end soon, and that they have ended, whenever that was known', () => {
  const made = snapshot();
  const ends = (credentialsExpireAt: number) => ({ ...made, identity: { ...made.identity!, credentialsExpireAt } });
  const minute = 60_000;
  const look = { utc: true, key: keyNames(), looks: {} };
  const said = (from: number, to: number, now = ends(NOW)) =>
    incidentWords({ snapshot: ends(NOW), at: NOW - from * minute }, { snapshot: now, at: NOW - to * minute }, look);
  expect(said(11, 10)).toEqual(['Credentials expire in 10m']);
  expect(said(10, 1)).toEqual([]);
  expect(said(1, 0)).toEqual(['Credentials have expired']);
  expect(said(0, -1)).toEqual([]);
  expect(said(1, 0, ends(NOW + 60 * minute))).toEqual([]);
});

it('reads the report line by line, from where the reader is', async () => {
  const session = fakeSession();
  session.longDocument = async () =>
    longText(['# Incident\n', ...Array.from({ length: 300 }, (_, at) => `entry ${at}\n`)]);
  const on = listen(session);
  await on.hear('INC-fraud-lab');
  await on.press(':', ...'preview', 'Enter');
  await on.hear('# Incident');
  await on.press('j');
  await on.hear(/^entry 0\r/m);
  await on.press('j');
  await on.hear(/^entry 1\r/m);
});

it('can be used on every screen and in the filter', async () => {
  const session = fakeSession({ inventory, openDoors: openDoors.some! });
  const on = listen(session);
  await on.hear('INC-fraud-lab');
  for (const [key, title] of [
    ['I', 'Inventory'],
    ['D', 'Still open'],
    ['F', 'Findings'],
    ['x', 'Journal'],
    ['@', 'AWS calls'],
    ['V', 'Coverage'],
    ['i', 'Who'],
    ['!', 'Errors'],
    ['?', 'Help'],
  ] as const) {
    await on.press(key);
    await on.hear(new RegExp(`Dialog: .*${title}`, 'i'));
    await on.press('Esc');
    await on.hear(/Events: /);
  }
  await on.press('/', ...'ip=');
  await on.hear('Filter: type it');
  await on.hear(/Tab: .*more/);
  await on.press('Tab', 'Enter');
  await on.hear(/Filter in force: ip=/);
  await on.press('/', ...' principle=x');
  await on.hear(/Cannot be read at character \d+/);
  await on.press('Esc', ':', ...'high contrast');
  await on.hear('theme high-contrast');
  await on.press('Esc');
  session.add(event(71));
});

it('no glyph is taken for text from outside: what is drawn with them can be said', () => {
  const spelled = samples(200, 60, spokenTheme).flatMap(({ title, lines }) =>
    lines.filter((line) => /\\u\{e0[0-9a-f]{2}\}/.test(line)).map((line) => `${title}: ${line.trim()}`),
  );
  expect(spelled).toEqual([]);
});

it('says what stands at the time cursor of the lanes, and which stretch of time they show', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('l');
  await on.hear(/Lanes: selected: ep, fraud-scorer, 61; 11-23 [\d:]+, 8 reads/);
  await on.hear('Keys: h l in time, n capital N next mark, left bracket right bracket earlier, plus minus zoom');
  await on.press('h');
  await on.hear(/^11-23 [\d:]+, \d+ reads/m);
  await on.press('+');
  await on.hear(/^Lanes, 15m.*\d\d:\d\d/m);
});

it('holds the event whose detail is read, and goes on with the newest behind it', async () => {
  const session = fakeSession();
  const on = listen(session);
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('Enter');
  await on.hear(/Detail: /);
  await on.hear(/^id, /m);
  session.add(event(300, { summary: 'something else altogether' }));
  // Read again from its beginning, it is still the same.
  await on.press(':');
  await on.hear('Dialog: Command');
  await on.press('Esc');
  await on.hear(/Detail: /);
  await on.hear(/^id, /m);
  expect(on.said()).not.toContain('something else altogether');
  await on.press('Esc');
  await on.hear(/Events: .*something else altogether/);
});

it('reads a plan once, whatever it was read from while it was made', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('c');
  await on.hear('Dialog: Contain');
  await on.press('Enter');
  await on.hear(/read-only: press A/);
  expect(on.said().match(/^target, /gm)).toHaveLength(1);
  expect(on.said().match(/^Dialog: Stop endpoint/gm)).toHaveLength(2);
});

it('reads the columns of a list that can be filtered', async () => {
  const on = listen(fakeSession({ inventory }));
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('I');
  await on.hear(/state, kind, name, /);
});

it('echoes what is typed once, and the line it is typed in not at all', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('#');
  await on.hear('Dialog: Note on');
  for (const letter of 'odd') {
    await on.press(letter);
    await new Promise((resolve) => setTimeout(resolve, 600));
  }
  expect(on.rest()).not.toContain('# o');
  await on.press('Enter');
  await on.hear('note saved');
});

it('says the row that was gone to and no more; what there is to tell of it, once one stays there', async () => {
  const on = listen(fakeSession({ inventory }));
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('I');
  await on.hear(/^accelerators at work\r\nselected: /m);
  await on.hear('Keys: ');
  const from = on.said().length;
  await on.press('j', 'j');
  await on.hear('arn:aws:sagemaker');
  const rows = on.said().slice(from).trim().split('\r\n');
  // Under another heading the heading first; of the row that was passed nothing but itself.
  expect(rows.slice(0, 4).filter((row) => /arn:aws/.test(row))).toHaveLength(1);
  expect(on.said().slice(from)).not.toContain('selected: ');
});

it('says what a list counts when rows are marked or left out, and that nothing matches', async () => {
  const on = listen(fakeSession({ inventory }));
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('I');
  await on.hear('Keys: ');
  await on.press(' ');
  await on.hear(/^1 marked\r/m);
  await on.press(' ');
  await on.hear(/^2 marked\r/m);
  await on.press('/');
  await on.hear('Type it. Keys: Enter keep the filter, Escape take it away');
  await on.press('z', 'z', 'z');
  await on.hear(/^0 of \d+ resources/m);
  await on.hear('matches "zzz"');
});

it('says what the choices are for, and every group that one comes to', async () => {
  const on = listen(fakeSession({ playbooks: true }));
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('c');
  await on.hear(/^ep fraud-scorer \(target\)\r\nselected: /m);
  await on.hear('Keys: ');
  await on.press('G');
  await on.hear('Playbooks: several actions in order, one confirmed after the other');
});

it('says what confirms a plan once, as the last, and no digest', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('A');
  await on.hear('Armed until');
  await on.press('c');
  await on.hear('Dialog: Contain');
  await on.press('Down', 'Enter');
  await on.hear(/^Enter: Cancel, y send \d call/m);
  expect(on.said().match(/Enter: Cancel/g)).toHaveLength(1);
  expect(on.said().slice(on.said().indexOf('Enter: Cancel'))).not.toContain('Keys: ');
  expect(on.said()).not.toContain('sha256:');
});

it('says that a mark was set and taken off, and whether the newest event is followed', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('m');
  await on.hear(/^marked\r/m);
  await on.press('m');
  await on.hear('mark taken off');
  await on.press('s');
  await on.hear('Held here: newer events wait');
  await on.press('s');
  await on.hear(/^Following the newest: \d\d:/m);
});

it('says which filter is in force, and then a row of it, never one of the rows before', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('p');
  await on.hear('Dialog: Pivot');
  const from = on.said().length;
  await on.press('Enter');
  await on.hear(/^Events: /m);
  const [first, second] = on.said().slice(from).trim().split('\r\n');
  expect(first).toMatch(/^Filter in force: /);
  expect(second).toMatch(/^Events: /);
});

it('while a filter is typed tells how many match when one stops typing, and what it is when it stays', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('/', ...'principal=bob');
  await on.hear(/\d+ events match/);
  expect(on.said()).not.toContain('Filter in force');
  expect(on.said()).not.toContain('Cannot be read');
  expect(on.said().match(/events match/g)).toHaveLength(1);
  await on.press('Enter');
  await on.hear('Filter in force: principal=bob');
});

it('says which list Tab shows before its row', async () => {
  const session = fakeSession({ inventory });
  const group = (rule: string) => ({
    key: rule,
    rule,
    severity: 'high' as const,
    actor: 'alice',
    actorArn: '',
    resource: undefined,
    events: 1,
    firstAt: NOW,
    lastAt: NOW,
    lastRow: 1,
    eventIds: [],
  });
  session.findings.set({ ...noFindings, at: 1, groups: [group('one'), group('two')] });
  const on = listen(session);
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('F');
  await on.hear(/^selected: high, /m);
  await on.hear('Keys: ');
  await on.press('j');
  await on.hear(/^high, .* two/m);
  const from = on.said().length;
  await on.press('Tab');
  await on.hear(/^high, .* one/m);
  expect(on.said().slice(from)).toMatch(/^Findings: all.*\r\nhigh, /);
});

it('says again what cannot be read in a filter when it is to be kept', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('/', ...'principle=x');
  await on.hear('Cannot be read at character 1: principle is no field');
  await on.press('Enter');
  await on.hear('cannot be read: principle is no field');
});

it('says how much of a long detail is still below, and reads on there', async () => {
  const long = event(90, { summary: 'a long one' });
  const notes = Array.from({ length: 40 }, (_, at) => ({ eventId: long.id, text: `note ${at}`, by: 'carol', at: NOW }));
  const session = fakeSession({ events: [long], snapshot: { notes } });
  const on = listen(session);
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('Enter');
  await on.hear('Detail: ');
  await on.hear(/^\d+ more below: capital J\r/m);
  const from = on.said().length;
  await on.press('J');
  await on.hear(/^\S/m);
  expect(on.said().slice(from).trim().split('\r\n')).toHaveLength(1);
});

it('says in every dialog that sends that the account is one of production', async () => {
  const on = listen(fakeSession(), { accounts: { '111122223333': { name: 'the shop', production: true } } });
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('c');
  await on.hear(/^Dialog: Contain: [^\r]*\r/m);
  await on.press('Enter');
  await on.hear(/^Dialog: Stop endpoint[^\r]*, PRODUCTION account the shop\r/m);
  await on.hear('read-only: press A to arm');
  expect(on.said()).not.toMatch(/^Dialog: Contain.*PRODUCTION/m);
});

it('says that a code is wanted while the question waits behind a dialog', async () => {
  const session = fakeSession();
  const on = listen(session);
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('#');
  await on.hear('Dialog: Note on');
  const question = { id: 7, kind: 'mfa', device: 'arn:aws:iam::111122223333:mfa/carol', profile: 'on-call' } as const;
  session.snapshot.set({ ...session.snapshot.get(), question });
  await on.hear('MFA code wanted: close this first');
  await on.press('Esc');
  await on.hear('Dialog: MFA code wanted');
  await on.hear('6 digits:');
});

it('goes back by the first Escape, whatever was just said', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press(':', ...'at 99:99', 'Enter');
  await on.hear('no time: 99:99');
  await on.press('Tab', 'Tab');
  await on.hear('Resources by heat: ');
  await on.press(':', ...'at 99:99', 'Enter');
  await on.hear('no time: 99:99');
  await on.press('Esc');
  await on.hear('Events: ');
});

it('reads a text line by line to its last, however few they are', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('i');
  await on.hear('Dialog: Who am I');
  await on.hear('Keys: ');
  await on.press('j');
  await on.hear(/^as, arn:aws:sts/m);
});

it('tells once what became of a containment, and not what was typed to confirm it', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('A');
  await on.hear('Armed until');
  await on.press('Tab', 'Tab', 'c');
  await on.hear('Dialog: Contain');
  await on.press('Enter');
  await on.hear('Type fraud-scorer to confirm:');
  const from = on.said().length;
  await on.press(...'fraud-scorer', 'Enter');
  await on.hear(/on fraud-scorer: written: AWS reads back/);
  await on.hear(/^done: 1, sagemaker:DeleteEndpoint, confirmed/m);
  const said = on.said().slice(from);
  expect(said.match(/written: AWS reads back/g)).toHaveLength(1);
  expect(said.match(/^fraud-scorer\r/gm)).toHaveLength(1);
  // Its keys are others now that it is over.
  await on.hear(/^Keys: .*z undo/m);
});

it('goes to the line that was searched for, reads blank lines as such, and comes to the last line of a report', async () => {
  const session = fakeSession();
  session.longDocument = async () =>
    longText(['# Incident\n', '\n', ...Array.from({ length: 30 }, (_, at) => `entry ${at}\n`)]);
  const on = listen(session);
  await on.hear('INC-fraud-lab');
  await on.press(':', ...'preview', 'Enter');
  await on.hear('# Incident');
  await on.press('j');
  await on.hear(/^blank\r/m);
  await on.press('/', ...'entry 20', 'Enter');
  await on.hear(/^entry 20\r/m);
  await on.press('G');
  await on.hear(/^entry 29\r/m);
});

it('says what is deleted, not all that is left', async () => {
  const on = listen(fakeSession());
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('#', ...'odd', '\u007f');
  await on.hear(/^d deleted\r/m);
});

it('of what one comes back to it says where one is and what is new, not all of it again', async () => {
  const on = listen(fakeSession({ playbooks: true }));
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('c');
  await on.hear('Dialog: Contain');
  await on.press('G', 'Enter');
  await on.hear(/^Dialog: Playbook: .* nothing is sent yet/m);
  await on.hear('Keys: Enter start');
  await on.press('Enter');
  await on.hear(/^Keys: .*s skip/m);
  await on.press('s');
  await on.hear('Dialog: Skip step 1');
  await on.hear('Why?');
  const from = on.said().length;
  await on.press('Esc');
  await on.hear(/^Back: Playbook: /m);
  await on.hear(/^selected: /m);
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(on.said().slice(from).trim().split('\r\n')).toHaveLength(2);
});

it('does not read on as a list goes on to what comes in, only where one goes in it', async () => {
  const call = (number: number) => ({
    number,
    at: NOW + number * 1_000,
    name: number % 2 ? 'cloudtrail:LookupEvents' : 'logs:DescribeLogGroups',
    access: 'read' as const,
    region: 'us-east-1',
    tookMs: 10,
    waitedMs: 0,
    code: '',
    message: '',
    requestId: `request-${number}`,
    retries: 0,
  });
  const session = fakeSession({ calls: { ...noCalls, calls: [call(1), call(2)] } });
  const on = listen(session);
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('@');
  await on.hear(/^selected: .*request-2/m);
  const calls = session.calls as Source<AwsCalls>;
  calls.set({ ...noCalls, calls: [call(1), call(2), call(3)] });
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(on.said()).not.toContain('request-3');
  await on.press('j');
  await on.hear(/^\d\d:.*request-2/m);
});

it('comes back to a screen from what was opened above it', async () => {
  const on = listen(fakeSession({ inventory }));
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('I');
  await on.hear('Dialog: Inventory');
  await on.hear('Keys: ');
  await on.press('c');
  await on.hear('Dialog: Contain');
  await on.press('Esc');
  await on.hear('Back: Inventory');
});

it('says no more of a row than the row does not say, and of a source what it does', async () => {
  const { glyphs } = spokenTheme;
  expect(sentence(`${glyphs.live} CloudWatch Logs`)).toBe('CloudWatch Logs');
  const on = listen(fakeSession({ inventory, openDoors: openDoors.some! }));
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('Enter');
  await on.hear('Detail: ');
  await on.hear(/^id, /m);
  expect(on.said()).not.toContain('sha256');
});

it('tells the row of a list first and what is not in it last, and of one reason many times over how often', async () => {
  const list = openDoors.some!;
  const unknown = (kinds: readonly string[]) => kinds.map((kind) => `${kind} jobs: denied`);
  const session = fakeSession({ openDoors: { ...list, unknown: unknown(['training']) } });
  const on = listen(session);
  await on.hear(/Events: \d\d:\d\d/);
  await on.press('D');
  await on.hear(/^selected: /m);
  await on.hear('Keys: ');
  await on.hear('not looked at: training jobs: denied');
  session.openDoors.set({ ...list, unknown: unknown(['training', ...'abcdefgh']) });
  await on.hear('not looked at: c jobs: denied');
  await on.hear('and 5 more lines like these');
});
