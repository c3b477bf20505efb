import { isTag } from '../src/model/evidence.ts';
import { countText } from '../src/model/work.ts';
import { workBehind } from './background-work.ts';
import type { Dialog } from './console-state.ts';
import { copyText } from './copy-text.ts';
import { background, type Desk, openDialog, say, topDialog } from './desk.ts';
import { keyOrCommand } from './key-names.ts';
import { selectedRow } from './timeline-intents.ts';

/** A short text of the incident, on screen. */
export type DocumentDialog = Extract<Dialog, { readonly type: 'document' }>;

/** Saves the report, and says where. */
export function writeReport(desk: Desk): void {
  say(desk, 'report: being written');
  workBehind(desk, 'report', async ({ signal, tell }) => {
    const path = await desk.session.report(signal, (done) => {
      tell((sinceMs) => countText({ done, total: desk.session.snapshot.get().events, sinceMs }, 'events'));
    });
    return `report saved: ${path}`;
  });
}

/** Copies ten lines for a chat, and shows them. */
export function copyBrief(desk: Desk): void {
  say(desk, 'brief: being written');
  const over = topDialog(desk)?.id;
  background(
    desk,
    desk.session.document('brief', desk.ending.signal).then((text) => {
      const copied = copyText(desk, text.trimEnd(), '');
      // Whatever was opened meanwhile has the keys: they are not meant for the brief.
      if (topDialog(desk)?.id !== over || desk.state.get().filterLine)
        say(desk, copied ? 'brief: copied' : `brief: written; ${keyOrCommand(desk, 'brief')} shows it`);
      else openDialog(desk, { type: 'document', format: 'brief', title: copied ? 'Brief: copied' : 'Brief', text });
    }),
  );
}

/** Copies a file into the incident, to the selected event if there is one. */
export function attach(desk: Desk, argument: string): void {
  const path = argument.trim();
  if (path === '') {
    say(desk, 'attach: name a file', 'problem');
    return;
  }
  const eventId = selectedRow(desk)?.id;
  say(desk, 'attach: being copied and hashed; whoever leaves now leaves it out');
  background(
    desk,
    desk.session
      .attach(path, eventId === undefined ? {} : { eventId })
      .then((file) => say(desk, `attached: ${file}${eventId === undefined ? '' : ', to the selected event'}`)),
  );
}

/** Hangs a word on the selected event; with a minus before it, takes it off. */
export function tagEvent(desk: Desk, argument: string): void {
  const eventId = selectedRow(desk)?.id;
  const word = argument.trim();
  const tag = word.replace(/^-/, '');
  if (eventId === undefined || !isTag(tag)) {
    say(desk, eventId === undefined ? 'no event is selected' : 'a tag is one word of 60 characters at most', 'problem');
    return;
  }
  const tagged = !word.startsWith('-');
  background(
    desk,
    desk.session.tag(eventId, tag, tagged).then(() => say(desk, `${tagged ? 'tagged' : 'no longer tagged'}: ${tag}`)),
  );
}

/** Says who leads the response: a name, or whoever sits here. */
export function takeCon(desk: Desk, argument: string): void {
  const name = argument.trim().slice(0, 120);
  background(
    desk,
    desk.session.takeCon(name === '' ? undefined : name).then((who) => say(desk, `has the con: ${who}`)),
  );
}
