import { type CallsDialog, selectedCallIndex, shownCalls } from '../../hooks/calls-screen.ts';
import type { AwsCall, AwsCalls } from '../../src/model/aws-call.ts';
import { fit } from '../../src/shared/cells.ts';
import { cell, cellRight, count, plural, safe, wrap } from '../components/text.ts';
import { clock, instant } from '../components/time.ts';
import { field, paragraph, rawLines } from '../detail/event-lines.ts';
import { heading } from '../dialogs/confirm-footer.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, type Sheet } from '../dialogs/sheet.ts';
import type { Glyph, Meaning } from '../theme/theme.ts';

/** `84 ms`, `1.2 s`. */
const took = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

function looks({ access, code }: AwsCall): { readonly meaning: Meaning; readonly glyph: Glyph } {
  if (code !== '') return { meaning: 'failed', glyph: 'failed' };
  return access === 'write' ? { meaning: 'write', glyph: 'write' } : { meaning: 'plain', glyph: 'read' };
}

interface Columns {
  readonly name: number;
  readonly region: number;
  readonly took: number;
  readonly result: number;
  readonly request: number;
}

function columnsFor(width: number): Columns {
  const fixed = {
    region: width >= 100 ? 14 : 0,
    took: 7,
    // What is refused most often is an AccessDeniedException.
    result: width >= 100 ? 30 : 21,
    request: width >= 140 ? 36 : 0,
  };
  const used = Object.values(fixed).reduce((sum, cells) => sum + (cells > 0 ? cells + 1 : 0), 13);
  return { ...fixed, name: Math.max(10, width - used) };
}

const resultText = ({ code, retries, waitedMs }: AwsCall): string =>
  [
    code === '' ? 'ok' : safe(code, 60),
    ...(retries > 0 ? [`${retries} ${retries === 1 ? 'retry' : 'retries'}`] : []),
    ...(waitedMs >= 1_000 ? [`waited ${took(waitedMs)}`] : []),
  ].join(', ');

function callLine(call: AwsCall, selected: boolean, columns: Columns, { theme, width, utc }: DialogContext): string {
  const { meaning, glyph } = looks(call);
  const parts = [
    clock(call.at, utc),
    cell(call.name, columns.name),
    ...(columns.region ? [cell(call.region, columns.region)] : []),
    cellRight(took(call.tookMs), columns.took),
    fit(resultText(call), columns.result),
    ...(columns.request ? [cell(call.requestId, columns.request)] : []),
  ];
  const line = fit(`${selected ? theme.glyphs.pointer : ' '} ${theme.glyphs[glyph]} ${parts.join(' ')}`, width);
  const painted = theme.paint(meaning, line);
  return selected ? theme.paint('selected', painted) : painted;
}

/** Counts per service on at most two lines, then what has a price. */
function countLines({ services, charged }: AwsCalls, { theme, width }: DialogContext): readonly string[] {
  const texts = services.map(({ service, calls, writes, failed, retries }) => {
    const more = [
      ...(writes > 0 ? [plural(writes, 'write')] : []),
      ...(failed > 0 ? [`${count(failed)} failed`] : []),
      ...(retries > 0 ? [`${count(retries)} sent again`] : []),
    ];
    return `${service} ${count(calls)}${more.length > 0 ? ` (${more.join(', ')})` : ''}`;
  });
  const dot = ` ${theme.glyphs.dot} `;
  const lines = wrap(texts.join(dot), width - 2);
  const shown = [lines[0] ?? '', lines.slice(1).join(' ')];
  const price =
    charged.length === 0
      ? 'nothing here has a price of its own'
      : `charged by AWS: ${charged.map(({ name, calls }) => `${name} ${count(calls)}`).join(dot)}`;
  return [...shown.map((text) => fit(` ${text}`, width)), theme.paint('dim', fit(` ${price}`, width))];
}

const titles: { readonly [Only in CallsDialog['only']]: string } = {
  all: 'AWS calls of this session',
  writes: 'AWS calls of this session: writes',
  failed: 'AWS calls of this session: failed',
};

/** The calls that this session made, the newest first. */
export function callsView(
  dialog: Pick<CallsDialog, 'selected' | 'only'>,
  log: AwsCalls,
  context: DialogContext,
): Sheet {
  const { theme, width } = context;
  const calls = shownCalls(log, dialog);
  const index = selectedCallIndex(calls, dialog.selected);
  const columns = columnsFor(width);
  const total = log.services.reduce((sum, one) => sum + one.calls, 0);
  const writes = log.services.reduce((sum, one) => sum + one.writes, 0);
  const headings = [
    fit('sent', 8),
    fit('call', columns.name),
    ...(columns.region ? [fit('Region', columns.region)] : []),
    cellRight('took', columns.took),
    fit('result', columns.result),
    ...(columns.request ? [fit('request id', columns.request)] : []),
  ];
  const none =
    dialog.only === 'writes'
      ? 'This session has changed nothing.'
      : dialog.only === 'failed'
        ? 'No call failed.'
        : 'AWS was not asked anything.';
  return {
    title: titles[dialog.only],
    more: [`${count(total - writes)} that read`, `${count(writes)} that write`],
    ...(log.dropped > 0 ? { right: `the oldest ${count(log.dropped)} are counted, not kept` } : {}),
    whole: true,
    head: [...countLines(log, context), theme.paint('dim', fit(`    ${headings.join(' ')}`, width))],
    lines:
      calls.length === 0
        ? ['', `   ${none}`].map((text) => theme.paint('dim', fit(text, width)))
        : drawnRows(calls.length, (at) => {
            const call = calls[at];
            return call ? callLine(call, at === index, columns, context) : fit('', width);
          }),
    footer: [],
    selectedLine: Math.max(0, index),
  };
}

/** One call in full. */
export function callView(call: AwsCall, context: DialogContext): Sheet {
  const { width, theme, utc } = context;
  const { name, region, at, tookMs, waitedMs, code, message, requestId, retries, access, input } = call;
  return {
    title: `${safe(name, 200)} ${theme.glyphs.dot} ${access === 'write' ? 'changes the account' : 'only reads'}`,
    lines: [
      ...field('sent', instant(at, utc), width, theme),
      ...field('Region', region, width, theme),
      ...field(
        'took',
        `${took(tookMs)}${waitedMs >= 1 ? `, after ${took(waitedMs)} in our own queue` : ''}`,
        width,
        theme,
      ),
      ...field('result', code === '' ? 'ok' : `${code}: ${message}`, width, theme, code === '' ? 'good' : 'problem'),
      ...field('request', requestId || 'no request id came back', width, theme),
      ...field('retries', retries > 0 ? `sent again ${retries} times` : '', width, theme),
      ...(access === 'write'
        ? [...heading('Sent', context), ...rawLines(JSON.stringify(input ?? null), width, { wrapped: true })]
        : paragraph('what reads ask for is not kept', width, theme, 'dim')),
    ],
    footer: [],
  };
}
