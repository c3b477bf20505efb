import { type PlaybookDialog, runOf, selectedStep, stepsOnScreen } from '../../hooks/playbook-screen.ts';
import { textOf } from '../../hooks/text-field.ts';
import type { PlaybookRun, RunStep, StepPhase } from '../../src/containment/playbook.ts';
import { shortKind } from '../../src/model/resource.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { fieldLine } from '../components/field-line.ts';
import { cutMiddle, plural, safe } from '../components/text.ts';
import { instant } from '../components/time.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import { failureLines } from '../dialogs/confirm-footer.ts';
import type { DialogContext } from '../dialogs/context.ts';
import type { Sheet } from '../dialogs/sheet.ts';
import type { Glyphs, Meaning } from '../theme/theme.ts';

/** How a state is shown; words promise no more than is known. */
const looks: {
  readonly [State in StepPhase]: { readonly words: string; readonly meaning: Meaning; readonly glyph: keyof Glyphs };
} = {
  open: { words: '', meaning: 'plain', glyph: 'pending' },
  running: { words: 'under way', meaning: 'write', glyph: 'running' },
  done: { words: 'done', meaning: 'good', glyph: 'done' },
  already: { words: 'so already', meaning: 'good', glyph: 'done' },
  skipped: { words: 'skipped', meaning: 'dim', glyph: 'read' },
  refused: { words: 'REFUSED', meaning: 'problem', glyph: 'failed' },
  failed: { words: 'FAILED', meaning: 'problem', glyph: 'failed' },
  unverified: { words: 'may have happened', meaning: 'finding', glyph: 'finding' },
  undone: { words: 'undone since', meaning: 'finding', glyph: 'finding' },
  requested: { words: 'asked of others', meaning: 'finding', glyph: 'arrow' },
  seen: { words: 'seen in the trail', meaning: 'good', glyph: 'done' },
};

/** Rows that tell about the selected step, however little there is to tell: less jumps while one moves. */
const ABOUT = 6;

/** The state of a step in a few words. Safe text. */
export function stepWords({ state, containment, request }: Pick<RunStep, 'state' | 'containment' | 'request'>): string {
  const id = containment?.id ?? request ?? '';
  const effect = containment?.state === 'confirmed' ? containment.effect : '';
  return [looks[state].words, safe(id, 20), effect].filter(Boolean).join(' ');
}

/** What a step's title says before its colon, where there is no room. */
const shortTitle = (title: string): string => title.split(/[:;]/)[0] ?? title;

function stepLine(step: RunStep, isSelected: boolean, isNext: boolean, { width, theme }: DialogContext): string {
  const look = looks[step.state];
  const words = isNext && step.state === 'open' ? 'next' : stepWords(step);
  const what = `${shortKind(step.target.kind)} ${safe(step.target.name || step.target.arn, 300)}`;
  const right = Math.min(24, Math.max(10, Math.floor(width / 5)));
  const target = Math.min(40, Math.max(18, Math.floor(width * 0.3)));
  const room = width - right - target - 8;
  const whole = safe(step.title, 300);
  const title = cellWidth(whole) <= room ? whole : shortTitle(whole);
  const text = fit(
    `${isSelected ? theme.glyphs.pointer : ' '} ${theme.glyphs[look.glyph] as string} ${step.id.padStart(2)} ${fit(title, room)} ${fit(cutMiddle(what, target), target)} ${words}`,
    width,
  );
  const painted = theme.paint(isNext && step.state === 'open' ? 'title' : look.meaning, text);
  return isSelected ? theme.paint('selected', painted) : painted;
}

/** Why the selected step, why now, and what can be done about what went wrong. */
function aboutLines(step: RunStep | undefined, { width, theme, utc }: DialogContext): readonly string[] {
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  if (!step) return [rule];
  const said = step.by === '' ? '' : ` (${step.by}${step.at === undefined ? '' : `, ${instant(step.at, utc)}`})`;
  const reason = step.reason === '' ? '' : `${step.reason}${step.state === 'skipped' ? said : ''}`;
  const lines = [
    ...field(
      step.state === 'skipped' || step.state === 'already' ? step.state : 'but',
      reason,
      width,
      theme,
      looks[step.state].meaning,
    ),
    ...step.next.flatMap((text, index) => field(index === 0 ? 'next' : '', text, width, theme)),
    ...field('why', step.why, width, theme),
    ...field('turn', step.place, width, theme),
    ...field('found', step.because, width, theme, 'dim'),
    ...field('hits', step.note, width, theme, 'finding'),
  ];
  return [rule, ...lines, ...Array<string>(ABOUT).fill(' '.repeat(width))].slice(
    0,
    Math.max(ABOUT, Math.min(lines.length, ABOUT + 4)) + 1,
  );
}

/** How far a playbook is, in a few words: "2 of 7 decided, step 3 is next". */
export function runWords({ steps, next, waitsFor, ended }: PlaybookRun): string {
  const open = steps.filter(({ state }) => !['done', 'already', 'skipped', 'requested', 'seen'].includes(state));
  const decided = steps.length - open.length;
  if (ended) return `ended, ${decided} of ${steps.length} decided`;
  if (open.length === 0) return `all ${steps.length} decided`;
  const waits = waitsFor.length > 0 ? `, after step ${waitsFor.join(', ')}` : '';
  return `${decided} of ${steps.length} decided${next === undefined ? ', under way' : `, step ${next} is next${waits}`}`;
}

/** A playbook: its subject, the order and what decides it, the steps, and what it leaves out. */
export function playbookView(dialog: PlaybookDialog, mostTargets: number, context: DialogContext): Sheet {
  const { width, theme, snapshot } = context;
  const { subject, plan, stage } = dialog;
  const run = runOf(dialog, snapshot.playbooks);
  const title = `Playbook: ${safe(dialog.title, 200)}${run ? ` (${run.id})` : ''}`;
  const about = subject.kind === '' ? '' : `${shortKind(subject.kind)} ${subject.name || subject.arn}`;
  const from = dialog.event ? `, from ${dialog.event.summary || dialog.event.action}` : '';
  const head = field('on', `${about}${from}`, width, theme, 'title').slice(0, 1);
  if (stage === 'failed')
    return { title, whole: true, head, lines: dialog.failure ? failureLines(dialog.failure, context) : [], footer: [] };
  if (!plan)
    return {
      title,
      whole: true,
      head,
      lines: paragraph(
        'finding out what the attack touched: the events, what AWS says now; nothing is sent… Esc gives up',
        width,
        theme,
        'dim',
      ),
      footer: [],
    };
  const steps = stepsOnScreen(dialog, snapshot.playbooks);
  const selected = selectedStep(dialog, snapshot.playbooks);
  const order = field('order', plan.order.why, width, theme);
  const besides = [
    ...field('left out', plan.leftOut.join('; '), width, theme, 'dim'),
    ...field('not seen', plan.unseen.join('; '), width, theme, 'finding'),
    ...(run?.ended ? field('ended', `${run.ended.reason} (${run.ended.by})`, width, theme, 'problem') : []),
  ];
  const count = run === undefined && plan.targetsAtOnce > mostTargets;
  return {
    title,
    whole: true,
    right: run
      ? runWords(run)
      : steps.length === 0
        ? 'nothing to do'
        : `${plural(steps.length, 'step')}, nothing is sent yet`,
    head: [...head, ...order.slice(0, 3)],
    lines: [
      ...(steps.length === 0
        ? paragraph('nothing is found that this playbook would do here', width, theme, 'dim')
        : steps.map((step, index) => stepLine(step, index === selected, step.id === run?.next, context))),
      ...(plan.leftOut.length > 0 || plan.unseen.length > 0 ? [' '.repeat(width)] : []),
      ...besides,
    ],
    beside: besides,
    // At the last step what is left out comes into sight as well.
    selectedLine: selected === steps.length - 1 ? selected + 6 : selected,
    footer: [
      ...aboutLines(steps[selected], context),
      ...(count
        ? [
            fieldLine(
              `${plan.targetsAtOnce} targets of one action (the cap is ${mostTargets}): type ${plan.targetsAtOnce} to go on: `,
              dialog.field,
              width,
              theme,
            ),
            theme.paint(
              'dim',
              fit(` ${textOf(dialog.field) === String(plan.targetsAtOnce) ? 'Enter starts it' : 'Esc cancels'}`, width),
            ),
          ]
        : []),
    ],
  };
}

/** The playbooks of the incident. */
export function playbooksView(selected: number, { snapshot, width, theme, utc }: DialogContext): Sheet {
  const lines = snapshot.playbooks.map((run, index) => {
    const text = fit(
      `${index === selected ? theme.glyphs.pointer : ' '} ${fit(run.id, 4)} ${instant(run.startedAt, utc)} ${fit(safe(`${run.title}, ${run.subject.name || run.subject.arn}`, 200), Math.max(20, Math.floor(width / 2.5)))} ${runWords(run)}`,
      width,
    );
    const painted = theme.paint(
      run.ended || (run.next === undefined && run.waitsFor.length === 0) ? 'dim' : 'plain',
      text,
    );
    return index === selected ? theme.paint('selected', painted) : painted;
  });
  return {
    title: 'Playbooks',
    lines:
      lines.length > 0
        ? lines
        : paragraph('none was started: c on an event or a resource offers them', width, theme, 'dim'),
    footer: [],
    selectedLine: selected,
  };
}
