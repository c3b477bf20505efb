import type { ResourceHeat } from '../../hooks/console-state.ts';
import type { Containment } from '../../src/containment/containment.ts';
import type { Enrichment, Exposure } from '../../src/inventory/enrichment.ts';
import { countVerdicts, type PostureResult } from '../../src/model/posture.ts';
import { type ResourceRef, shortKind } from '../../src/model/resource.ts';
import type { ActionChoice } from '../../src/session/session.ts';
import { fit } from '../../src/shared/cells.ts';
import { stateWords } from '../components/containment-state.ts';
import { count, plural, safe, wrap } from '../components/text.ts';
import { clock, instant, withOwnTimes } from '../components/time.ts';
import { untilText } from '../doors/doors-view.ts';
import type { Meaning, Theme } from '../theme/theme.ts';
import { field as labelled, paragraph } from './event-lines.ts';

/** What the detail of a resource is drawn from. */
export interface ResourceDetail {
  readonly ref: ResourceRef;
  /** Its row of the resource list; `undefined` where it is not in it. */
  readonly heat: ResourceHeat | undefined;
  /** What AWS says; `undefined` until it was asked. */
  readonly enrichment: Enrichment | undefined;
  readonly choices: readonly ActionChoice[];
  /** What was done about it, the oldest first. */
  readonly contained: readonly Containment[];
  /** What was judged of how it is set up; absent where nothing was. */
  readonly posture?: readonly PostureResult[];
  /** Epoch ms, for countdowns. */
  readonly now: number;
}

/** AWS's own names are longer than ours. */
const LABEL = 17;
const field = (label: string, value: string, width: number, theme: Theme, meaning: Meaning = 'plain'): string[] =>
  labelled(label, value, width, theme, meaning, LABEL);

/** Lines of a script that are shown; a lifecycle script of 16 KB has about 400. */
const SCRIPT_LINES = 1000;

/** What AWS says about the state, in one sentence: on its way, not allowed, gone and not known look different. */
export function stateText(
  enrichment: Enrichment | undefined,
  utc: boolean,
): { readonly text: string; readonly meaning: Meaning } {
  if (!enrichment) return { text: 'asking AWS…', meaning: 'dim' };
  const { state, status, why, at } = enrichment;
  const when = at === undefined ? '' : ` as of ${clock(at, utc)}`;
  switch (state) {
    case 'loading':
      return at === undefined
        ? { text: 'asking AWS…', meaning: 'dim' }
        : { text: `${status || 'there'}${when}, asking for more…`, meaning: 'plain' };
    case 'loaded':
      return { text: `${status || 'there'}${when}`, meaning: 'plain' };
    case 'denied':
      return { text: `denied: this identity needs ${why}`, meaning: 'problem' };
    case 'gone':
      return { text: `gone: AWS knows none of that name${when}`, meaning: 'finding' };
    case 'failed':
      return { text: `could not be read: ${why}`, meaning: 'problem' };
    case 'unknown':
      return { text: why, meaning: 'dim' };
  }
}

const exposureText = ({ who, at, urlUntil, until }: Exposure, now: number, utc: boolean): string => {
  const url =
    urlUntil === undefined
      ? 'the life of the URL is not known'
      : urlUntil > now
        ? `URL opens for ${untilText(urlUntil, now)} more`
        : 'URL has ended';
  const session =
    until === undefined
      ? 'the session has no known end'
      : until > now
        ? `session may live ${untilText(until, now)} more`
        : 'session has ended';
  return `${who}, minted ${clock(at, utc)}: ${url}; ${session}`;
};

/** An operation without its service: the proof of a fact, in few cells. */
const proofText = (proof: string, at: number, utc: boolean): string =>
  ` (${proof.slice(proof.indexOf(':') + 1)} ${clock(at, utc)})`;

function scriptLines(text: string, width: number): string[] {
  const lines = text.split(/\r\n|\r|\n/);
  const digits = String(Math.min(lines.length, SCRIPT_LINES)).length;
  return lines.slice(0, SCRIPT_LINES).flatMap((line, index) => {
    const number = String(index + 1).padStart(digits);
    // Tabs are layout in a script, and would be spelled out.
    const shown = safe(line.replaceAll('\t', '  '), 4096);
    return wrap(shown, Math.max(1, width - digits - 4), '  ').map((part, row) =>
      fit(`  ${row === 0 ? number : ' '.repeat(digits)} ${part}`, width),
    );
  });
}

/** What AWS says, from the state on: grows at its end only, so that nothing that is read moves. */
function enrichmentLines({ enrichment, now }: ResourceDetail, width: number, theme: Theme, utc: boolean): string[] {
  if (!enrichment) return [];
  const { role, facts, relations, scripts, exposures, problems } = enrichment;
  return [
    ...exposures.flatMap((exposure, index) =>
      field(index === 0 ? 'exposed' : '', exposureText(exposure, now, utc), width, theme, 'finding'),
    ),
    ...field('runs as', role ? role.arn || role.name : '', width, theme),
    ...facts.flatMap(({ label, value, proof, at }) =>
      field(safe(label, 60), `${withOwnTimes(value, utc)}${proofText(proof, at, utc)}`, width, theme),
    ),
    // The role stands above, by its ARN.
    ...relations
      .filter(({ role: what }) => !role || what !== 'role')
      .flatMap(({ role: what, to, outside, note }) =>
        field(
          safe(what, 60),
          `${shortKind(to.kind)} ${to.name || to.arn}${outside ? ' · NOT OURS' : ''}${note ? ` · ${note}` : ''}`,
          width,
          theme,
          outside ? 'failed' : 'plain',
        ),
      ),
    ...problems.flatMap((problem, index) => field(index === 0 ? 'not read' : '', problem, width, theme, 'problem')),
    ...scripts.flatMap(({ title, text, cut, proof, at }) => [
      ...paragraph(`${title}${proofText(proof, at, utc)}${cut ? ', cut at 16 KB' : ''}`, width, theme, 'finding'),
      ...scriptLines(text, width),
    ]),
  ];
}

/** Everything about a resource, each line exactly `width` cells. */
export function resourceLines(
  model: ResourceDetail,
  metrics: readonly string[],
  width: number,
  theme: Theme,
  utc: boolean,
): string[] {
  const { ref, heat, choices, contained } = model;
  const state = stateText(model.enrichment, utc);
  const [can] = choices.filter(({ disabledReason }) => disabledReason === undefined);
  return [
    ...paragraph(ref.name || ref.arn, width, theme, 'title'),
    ...field('state now', state.text || 'not known', width, theme, state.meaning),
    ...field('kind', ref.kind, width, theme),
    ...field('arn', ref.arn, width, theme),
    ...(heat
      ? [
          ...field(
            'events',
            `${plural(heat.events, 'event')}, ${count(heat.writes)} changes, ${count(heat.errors)} failed; last ${instant(heat.lastAt, utc)}${heat.isNew ? '; new here' : ''}`,
            width,
            theme,
          ),
          ...field('hot', heat.why.join(' · '), width, theme, 'finding'),
        ]
      : field('events', 'not among the resources that the loaded events make hot', width, theme, 'dim')),
    ...metrics,
    ...contained.flatMap((one) => {
      const words = stateWords(one);
      return field('contained', `${one.id} ${one.plan.action}: ${words.text}`, width, theme, words.meaning);
    }),
    ...field(
      'contain',
      choices.length === 0
        ? 'no containment action applies to this kind'
        : `c: ${plural(choices.length, 'action')}${can ? `, first ${can.action.title}` : `, none just now: ${choices[0]?.disabledReason ?? ''}`}`,
      width,
      theme,
      choices.length === 0 ? 'dim' : 'plain',
    ),
    ...postureLine(model.posture ?? [], width, theme),
    ...enrichmentLines(model, width, theme, utc),
  ];
}

/** How it is set up, in one line: the weak first. */
function postureLine(results: readonly PostureResult[], width: number, theme: Theme): readonly string[] {
  if (results.length === 0) return [];
  const { weak, unknown, sound } = countVerdicts(results);
  const [first] = results.filter(({ verdict, topic }) => verdict === 'weak' && topic !== 'compliance validation');
  return field(
    'posture',
    `${weak} weak${unknown > 0 ? `, ${unknown} unknown` : ''}, ${sound} sound${first ? `; ${first.title}` : ''}; :posture`,
    width,
    theme,
    weak > 0 ? 'finding' : 'plain',
  );
}

/** Whether lines hold a countdown, so that they are drawn again every second. */
export const ticks = (enrichment: Enrichment | undefined): boolean => (enrichment?.exposures.length ?? 0) > 0;
