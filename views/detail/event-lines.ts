import type { TimelineEvent } from '../../src/model/event.ts';
import { shortKind } from '../../src/model/resource.ts';
import type { Note } from '../../src/session/snapshot.ts';
import { fit } from '../../src/shared/cells.ts';
import { count, plural, safe, wrap } from '../components/text.ts';
import { instant, span } from '../components/time.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

const LABEL = 11;

/** A label with its value wrapped beside it; nothing for an empty value. `room`: cells of the label, the blank after it included. `sign`: as for `paragraph`. */
export function field(
  label: string,
  value: string,
  width: number,
  theme: Theme,
  meaning: Meaning = 'plain',
  room: number = LABEL,
  sign = '',
): string[] {
  if (value === '') return [];
  return wrap(sign + safe(value), Math.max(1, width - room - 2)).map(
    (line, index) =>
      ` ${theme.paint(meaning === 'silent' ? 'silent' : 'dim', `${fit(index === 0 ? label : '', room - 1)} `)}${theme.paint(meaning, fit(line, width - room - 1))}`,
  );
}

/**
 * Untrusted text wrapped over the pane's width; an item of a list, which begins with a blank, hangs two cells further in. `sign`: a glyph of ours
 * and a blank before it, which must not pass for text: it is said in words where the screen is read aloud.
 */
export function paragraph(text: string, width: number, theme: Theme, meaning: Meaning = 'plain', sign = ''): string[] {
  const shown = sign + safe(text);
  const blanks = shown.length - shown.trimStart().length;
  return wrap(shown, Math.max(1, width - 2), blanks === 0 ? '' : ' '.repeat(Math.min(8, blanks) + 2)).map((line) =>
    theme.paint(meaning, fit(` ${line}`, width)),
  );
}

/** Records larger than this are shown from their beginning, unparsed. */
const PRETTY_LIMIT = 300_000;

/** The raw record as lines: indented JSON where it is JSON, else as it is. Cut to the width, since long values are read with `v`. */
export function rawLines(raw: string, width: number, options: { readonly wrapped: boolean }): string[] {
  let text = raw;
  if (raw.length <= PRETTY_LIMIT) {
    try {
      text = JSON.stringify(JSON.parse(raw), null, 2);
    } catch {
      // Not JSON: a log line is shown as it came.
    }
  } else text = `${raw.slice(0, PRETTY_LIMIT)}\n… ${raw.length - PRETTY_LIMIT} more characters`;
  return text.split('\n').flatMap((line) => {
    const shown = safe(line, options.wrapped ? PRETTY_LIMIT : width * 4 + 64);
    const indent = ' '.repeat(Math.min(20, shown.length - shown.trimStart().length) + 2);
    return options.wrapped
      ? wrap(shown, width - 2, indent).map((part) => fit(` ${part}`, width))
      : [fit(` ${shown}`, width)];
  });
}

function responderText({ responder }: TimelineEvent): string {
  if (responder === 'own') return 'a call of ours: from our identity, with the mark of this incident';
  if (responder === 'claimed')
    return 'says that it is Firebreak, but is not from our identity. Anybody can write that into a session name or user agent: ask your colleagues before you trust it';
  return '';
}

const secondOf = (at: number): number => Math.floor(at / 1000) * 1000;

/** Everything about an event but its raw record. */
export function eventLines(
  event: TimelineEvent,
  notes: readonly Note[],
  tags: readonly string[],
  width: number,
  theme: Theme,
  utc: boolean,
): string[] {
  const { principal } = event;
  // Between the seconds that stand there: a lag of 1.6 s would else be two from 04:58:15 to 04:58:16.
  const lag = secondOf(event.seenAt) - secondOf(event.at);
  return [
    ...paragraph(event.summary || event.action, width, theme, 'title'),
    ...field('error', [event.errorCode, event.errorMessage].filter(Boolean).join(': '), width, theme, 'failed'),
    ...event.findings.flatMap(({ rule, severity }) =>
      field('finding', `${severity}: ${rule}`, width, theme, 'finding'),
    ),
    ...field('tags', tags.map((tag) => `#${tag}`).join(' '), width, theme, 'mark'),
    ...notes.flatMap((note) =>
      field('note', `${note.text} (${note.by}, ${instant(note.at, utc)})`, width, theme, 'mark'),
    ),
    ...field('action', event.action, width, theme),
    ...field('who', principal ? `${principal.name} (${principal.type})` : 'the record does not say', width, theme),
    ...field('', principal?.arn ?? '', width, theme),
    ...field('issuer', principal?.issuerArn ?? '', width, theme),
    ...field('key', principal?.accessKeyId ?? '', width, theme),
    ...event.resources.flatMap(({ kind, arn, name, relation }, index) =>
      field(
        index === 0 ? 'resource' : '',
        `${relation} ${shortKind(kind)} ${name}${arn ? ` ${arn}` : ''}`,
        width,
        theme,
      ),
    ),
    ...field('responder', responderText(event), width, theme, event.responder === 'claimed' ? 'problem' : 'dim'),
    ...field(
      'repeated',
      event.repeats > 0 ? `AWS reported this state ${count(event.repeats + 1)} times; it is one event here` : '',
      width,
      theme,
    ),
    ...field('from', [event.sourceIp, event.userAgent].filter(Boolean).join('  '), width, theme),
    ...field('where', [event.account, event.region].filter(Boolean).join(' '), width, theme),
    ...field(
      'time',
      `${instant(event.at, utc)}, seen ${instant(event.seenAt, utc)}, ${span(Math.abs(lag))} later${event.late ? ' (late: that stretch had been read)' : ''}`,
      width,
      theme,
    ),
    ...field(
      'routes',
      `${plural(event.routes.length, 'route')}: ${event.routes.join(', ')} (${event.origin})`,
      width,
      theme,
    ),
    ...field('id', event.id, width, theme),
    ...field('sha256', event.rawSha256, width, theme, 'silent'),
  ];
}
