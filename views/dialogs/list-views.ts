import type { Problem } from '../../hooks/console-state.ts';
import type { HelpEntry } from '../../hooks/help.ts';
import { keyOr } from '../../hooks/key-names.ts';
import type { Containment } from '../../src/containment/containment.ts';
import { holderText } from '../../src/model/holder.ts';
import { shortKind } from '../../src/model/resource.ts';
import type { Session } from '../../src/session/session.ts';
import { fit } from '../../src/shared/cells.ts';
import { stateWords } from '../components/containment-state.ts';
import { fill } from '../components/pane.ts';
import { stateLooks, TROUBLE } from '../components/source-state.ts';
import { cell, count, plural, safe } from '../components/text.ts';
import { clock, instant, span } from '../components/time.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import type { Theme } from '../theme/theme.ts';
import { heading, whereLines } from './confirm-footer.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

/** The containments that can be undone, newest first. */
export function containmentsView(
  list: readonly Containment[],
  selected: number,
  { width, theme, utc }: DialogContext,
): Sheet {
  const lines = list.map((containment, index) => {
    const { id, plan, approvedAt } = containment;
    const words = stateWords(containment);
    const text = fit(
      `${index === selected ? theme.glyphs.pointer : ' '} ${cell(id, 5)} ${clock(approvedAt, utc)} ${cell(`${shortKind(plan.target.kind)} ${plan.target.name}`, 28)} ${cell(plan.action, 40)} ${safe(words.text)}`,
      width,
    );
    const painted = theme.paint(words.meaning, text);
    return index === selected ? theme.paint('selected', painted) : painted;
  });
  return {
    title: 'Undo which?',
    lines: lines.length > 0 ? lines : paragraph('nothing to undo', width, theme, 'dim'),
    footer: [],
    selectedLine: selected,
  };
}

/** Cells that a help entry's keys have. */
const KEY_CELLS = 22;

/** Every key; entries that would do nothing just now say why. */
export function helpView(
  selected: number,
  entries: readonly { readonly entry: HelpEntry; readonly disabled: string | undefined }[],
  { width, theme }: DialogContext,
): Sheet {
  const texts = entries.map(({ entry: { title, where: places }, disabled: reason }) => {
    const where = places.length > 0 ? ` (${places.join(', ')})` : '';
    return `${title}${where}${reason ? `: ${reason}` : ''}`;
  });
  const lines = entries.map(({ entry: { keys }, disabled: reason }, index) => {
    const text = fit(
      `${index === selected ? theme.glyphs.pointer : ' '} ${cell(keys.join(' '), KEY_CELLS)} ${texts[index]}`,
      width,
    );
    const painted = theme.paint(reason ? 'dim' : 'plain', text);
    return index === selected ? theme.paint('selected', painted) : painted;
  });
  // Our own words: a cell each.
  const isCut = texts.some((text) => text.length > width - KEY_CELLS - 3);
  const whole = entries.map(({ entry: { keys } }, index) => `${keys.join(' ')}: ${texts[index]}`);
  return { title: 'Help', lines, footer: isCut ? inFull(whole, selected, width, theme) : [], selectedLine: selected };
}

/** The selected text whole, in as many rows as the longest takes, so that nothing jumps. */
function inFull(texts: readonly string[], selected: number, width: number, theme: Theme): string[] {
  const rowsOf = (text: string) => paragraph(text, width, theme);
  const most = texts.reduce((rows, text) => (text.length > (width - 2) * rows ? rowsOf(text).length : rows), 1);
  return [theme.paint('dim', theme.glyphs.rule.repeat(width)), ...fill(rowsOf(texts[selected] ?? ''), width, most)];
}

/** `logs/a.json:3: is not JSON`; untrusted. */
const rejectedText = ({ where, line, byte, problem }: Session['rejected'][number]): string =>
  `${where}${line !== undefined ? `:${line}` : byte !== undefined ? ` byte ${byte}` : ''}: ${problem}`;

/** What goes wrong now, then what went wrong, newest first, with what can be done about it, then what of the logs could not be loaded. */
export function errorsView(
  { said, rejected }: { readonly said: readonly Problem[]; readonly rejected: Session['rejected'] },
  { snapshot, width, theme, utc }: DialogContext,
): Sheet {
  const troubled = snapshot.sources.filter(({ state }) => stateLooks[state].rank >= TROUBLE);
  const past = [...snapshot.errors, ...said.map(({ at, text }) => ({ at, what: text, nextSteps: [] }))];
  const lines = [
    ...troubled.flatMap(({ title, region, state, why, permission, stoppedAt }) =>
      paragraph(
        `${title} ${region}: ${stateLooks[state].words}${stoppedAt === undefined ? '' : ` since ${instant(stoppedAt, utc)}`}${why ? `: ${why}` : ''}${permission ? ` (needs ${permission})` : ''}`,
        width,
        theme,
        stateLooks[state].meaning,
        `${theme.glyphs[stateLooks[state].glyph]} `,
      ),
    ),
    ...past
      .toSorted((a, b) => b.at - a.at)
      .flatMap(({ at, what, nextSteps }) => [
        ...paragraph(`${instant(at, utc)}  ${what}`, width, theme, 'problem'),
        ...nextSteps.flatMap((step, index) => field(index === 0 ? 'next' : '', step, width, theme)),
      ]),
    ...rejected.flatMap((one) => [
      ...paragraph(`not loaded  ${rejectedText(one)}`, width, theme, 'problem'),
      ...(one.nextStep === '' ? [] : field('next', one.nextStep, width, theme)),
    ]),
    ...(rejected.length > 0 && snapshot.rejected > rejected.length
      ? paragraph(`and ${count(snapshot.rejected - rejected.length)} more`, width, theme, 'dim')
      : []),
  ];
  return {
    title: 'Errors',
    lines: lines.length > 0 ? lines : paragraph('no errors in this session', width, theme, 'dim'),
    footer: [],
  };
}

/** Who we are here. */
export function identityView(context: DialogContext): Sheet {
  const { snapshot, width, theme, utc, now } = context;
  const { identity, incident, sources, drill, mode, armedUntil, follows } = snapshot;
  const expires = identity?.credentialsExpireAt;
  return {
    title: 'Who am I',
    lines: [
      ...(mode === 'saved'
        ? paragraph('saved logs: no AWS account is connected', width, theme)
        : whereLines(context, undefined)),
      ...field(
        'creds',
        expires === undefined ? '' : `end ${instant(expires, utc)}, in ${span(expires - now)}`,
        width,
        theme,
      ),
      ...field(
        'mode',
        armedUntil !== undefined && armedUntil > now ? `armed until ${instant(armedUntil, utc)}` : 'read-only',
        width,
        theme,
      ),
      ...(follows
        ? field(
            'follows',
            follows.gone
              ? `nobody any more: firebreak resume ${incident.name} takes it over`
              : `${follows.holder ? holderText(follows.holder) : 'another firebreak'}: this console sends, marks and notes nothing, and asks AWS nothing`,
            width,
            theme,
            'finding',
          )
        : []),
      ...field('incident', `${incident.name} in ${incident.folder}`, width, theme),
      ...(drill
        ? [
            ...heading(`Drill: ${safe(drill.briefing.title, 200)}`, context),
            ...drill.briefing.text.flatMap((line) => paragraph(` ${line}`, width, theme)),
          ]
        : []),
      ...field(
        'sources',
        sources.length > 0
          ? `${plural(sources.length, 'source')}: ${keyOr(theme.key, 'coverage')} shows what they see`
          : '',
        width,
        theme,
      ),
    ],
    footer: [],
  };
}

/** What is in flight when the operator wants to leave. */
export function leaveView({ snapshot, width, theme }: DialogContext): Sheet {
  const open = snapshot.containments.filter(({ state }) => state === 'in-progress' || state === 'undoing');
  return {
    title: 'Steps are in flight',
    lines: [
      ...paragraph(
        open.length > 0
          ? 'q leaves all the same. What was sent stays sent; the rest is not, and a resume shows it as "may have happened".'
          : 'All steps have ended. q leaves.',
        width,
        theme,
      ),
      ...open.flatMap(({ id, plan }) =>
        paragraph(` ${id} ${plan.action} on ${plan.target.name}`, width, theme, 'write'),
      ),
    ],
    footer: [],
  };
}
