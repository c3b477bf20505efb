import { blindSpotsOf } from '../../hooks/coverage-screen.ts';
import type { DigestValidation } from '../../src/model/digest-validation.ts';
import type { Snapshot, SourceStatus } from '../../src/session/snapshot.ts';
import { cellWidth } from '../../src/shared/cells.ts';
import { stateLooks } from '../components/source-state.ts';
import { count, plural, safe } from '../components/text.ts';
import { instant, span } from '../components/time.ts';
import { field, paragraph } from '../detail/event-lines.ts';
import { heading } from '../dialogs/confirm-footer.ts';
import type { DialogContext } from '../dialogs/context.ts';
import type { Sheet } from '../dialogs/sheet.ts';

/** A local clock further from AWS's than this is said, ms. */
export const CLOCK_SKEW_MS = 60_000;

/** `12 groups: a, b, …`: the first name, and as many more as one line holds. Safe text. */
function watchingText({ id, watching }: SourceStatus, width: number): string {
  if (watching.length === 0) return '';
  let text = `${plural(watching.length, id.includes('metric') ? 'endpoint' : 'group')}: ${safe(watching[0] ?? '', 600)}`;
  for (const name of watching.slice(1)) {
    const longer = `${text}, ${safe(name, 600)}`;
    if (cellWidth(longer) + 3 > width) return `${text}, …`;
    text = longer;
  }
  return text;
}

/** What the operator can do about a source: what the error said, or what its state always asks for. */
function nextSteps({ state, why }: SourceStatus, errors: Snapshot['errors']): readonly string[] {
  const told = errors.findLast(({ what }) => what === why)?.nextSteps ?? [];
  if (told.length > 0) return state === 'expired' || state === 'denied' || state === 'unreachable' ? told : [];
  if (state === 'expired') return ['Renew the credentials (SSO: aws sso login); it is tried again by itself'];
  if (state === 'unreachable') return ['Check network, proxy and endpoint; it is tried again by itself'];
  return [];
}

/** The delay in words: what was measured here, or what AWS says, named as such. */
export function lagText({ lag, lagMs }: Pick<SourceStatus, 'lag' | 'lagMs'>): string {
  if (lag) return `p50 ${span(lag.p50Ms)} p95 ${span(lag.p95Ms)}, ${count(lag.samples)} seen`;
  return lagMs > 0 ? `AWS says about ${span(lagMs)}; not measured here yet` : '';
}

/** The difference of the clocks in words. `skewMs`: local minus AWS's. */
export const skewText = (skewMs: number): string =>
  `this machine's clock is ${span(Math.abs(skewMs))} ${skewMs > 0 ? 'ahead of' : 'behind'} AWS's`;

/** How far it has read; figures are no events, of which some could be missing. */
function coveredText({ id, coveredTo }: SourceStatus, { utc, now }: DialogContext): string {
  if (coveredTo !== undefined) return `to ${instant(coveredTo, utc)}, ${span(now - coveredTo)} ago`;
  return id.includes('metric') ? 'figures of the last 30 min, asked for each minute' : 'not once to its end yet';
}

/** Everything about one source, each line exactly as wide as the screen; a blank one first. */
export function sourceLines(source: SourceStatus, where: string, context: DialogContext): string[] {
  const { width, theme, utc, now, snapshot } = context;
  const look = stateLooks[source.state];
  const { stoppedAt, heardAt, gaps, gapsFilled } = source;
  const dim = (label: string, value: string) => field(label, value, width, theme, 'dim');
  return [
    ' '.repeat(width),
    ...paragraph(
      `${source.title} (${source.id}) ${where}: ${look.words}`,
      width,
      theme,
      look.meaning,
      `${theme.glyphs[look.glyph]} `,
    ),
    ...field('  why', source.why, width, theme, look.meaning),
    // A source that reads says it in its state already.
    ...field('  alarm', source.why.includes(source.alarm) ? '' : source.alarm, width, theme, 'problem'),
    ...field('  needs', source.permission && `IAM action ${source.permission}`, width, theme, 'problem'),
    ...nextSteps(source, snapshot.errors).flatMap((step, index) =>
      field(index === 0 ? '  next' : '', step, width, theme),
    ),
    ...field('  loaded', source.progress, width, theme),
    ...field('  watching', watchingText(source, width - 13), width, theme),
    ...dim('  covered', coveredText(source, context)),
    ...field(
      '  stopped',
      stoppedAt === undefined ? '' : `at ${instant(stoppedAt, utc)}, ${span(now - stoppedAt)} ago`,
      width,
      theme,
      'problem',
    ),
    ...dim('  lag', lagText(source)),
    ...dim(
      '  heard',
      heardAt === undefined
        ? 'nothing yet'
        : `${span(now - heardAt)} ago; ${plural(source.records, 'record')} since the start, repeats included`,
    ),
    ...gaps.flatMap(({ from, to, why }, index) =>
      field(
        index === 0 ? `  ${plural(gaps.length, 'gap')}` : '',
        `${instant(from, utc)} to ${instant(to, utc)}: ${why}`,
        width,
        theme,
        'finding',
      ),
    ),
    ...dim('  filled', gapsFilled > 0 ? `${plural(gapsFilled, 'gap')} since the start` : ''),
    ...source.blindSpots.flatMap((spot, index) => dim(index === 0 ? '  blind to' : '', spot)),
  ];
}

const readers = new WeakMap<Snapshot['sources'], number>();

/** With how many accounts and profiles it is read; counted once for each state of the sources. */
function readersOf(sources: Snapshot['sources']): number {
  const known = readers.get(sources) ?? new Set(sources.map(({ account, profile }) => `${account}/${profile}`)).size;
  readers.set(sources, known);
  return known;
}

/** Where a source reads: the Region, and whose where there are several readers. Untrusted. */
export function whereText(
  { region, account, profile }: SourceStatus,
  { sources, accounts }: Pick<Snapshot, 'sources' | 'accounts'>,
): string {
  if (readersOf(sources) < 2) return region;
  const alias = accounts.find((one) => one.account === account)?.alias;
  return [region, account, alias, profile && `profile ${profile}`].filter(Boolean).join(' ');
}

/** What CloudTrail's digest files prove, a sentence. */
export const digestText = ({ digests, signed, unsigned, logFiles, missing, unlisted }: DigestValidation): string =>
  `${plural(digests, 'digest file')}: ${count(signed)} with a signature that holds, ${count(unsigned)} whose signature could not be checked; ${plural(logFiles, 'log file')} hold byte for byte, ${count(missing)} that digests name were not given, ${count(unlisted)} were given that no digest names`;

/** A stretch that digest files prove. Untrusted. */
export const provedText = (
  { account, region, from, to, signed }: DigestValidation['proved'][number],
  utc: boolean,
): string =>
  `${account} ${region} ${instant(from, utc)} to ${instant(to, utc)}: complete and unchanged${signed ? '' : ', unless somebody forged the digest files: no signature was checked'}`;

/** What is read, how far and how late; what is not recorded at all; and what looking costs. */
export function coverageText(context: DialogContext): Sheet & { readonly lines: readonly string[] } {
  const { snapshot, width, theme } = context;
  const { sources, tails, chargedMetricRequests, clockSkewMs, mode } = snapshot;
  const blind = blindSpotsOf(sources);
  const spent = tails.openSessions > 0 || tails.minutes > 0;
  return {
    title: 'Coverage in full',
    whole: true,
    lines: [
      ...(sources.length === 0
        ? paragraph(
            mode === 'saved'
              ? 'saved logs: no source is read; what the files hold is all there is'
              : 'no source has started yet: nothing was read, so nothing here means that nothing happened',
            width,
            theme,
            'dim',
          )
        : []),
      ...(Math.abs(clockSkewMs) > CLOCK_SKEW_MS
        ? paragraph(
            `${skewText(clockSkewMs)}: what is first seen or done here carries wrong times`,
            width,
            theme,
            'problem',
          )
        : []),
      ...sources.flatMap((source) => sourceLines(source, whereText(source, snapshot), context)),
      ...(snapshot.digests
        ? [
            ...heading('CloudTrail’s digest files', context),
            ...paragraph(digestText(snapshot.digests), width, theme),
            ...snapshot.digests.problems.flatMap(({ file, problem }) =>
              paragraph(`${file}: ${problem}`, width, theme, 'problem', ` ${theme.glyphs.failed} `),
            ),
            ...snapshot.digests.proved.flatMap((stretch) =>
              paragraph(provedText(stretch, context.utc), width, theme, 'good', ` ${theme.glyphs.done} `),
            ),
          ]
        : []),
      ...(blind.size > 0
        ? [
            ...heading('Not recorded at all', context),
            ...[...blind].flatMap(([spot, ids]) =>
              paragraph(`${spot} (${[...ids].join(', ')})`, width, theme, 'finding', ` ${theme.glyphs.dot} `),
            ),
          ]
        : []),
      ...(sources.length > 0
        ? [
            ...heading('What looking costs', context),
            ...field(
              'Live Tail',
              spent
                ? `${plural(tails.openSessions, 'session')}, ${count(tails.minutes)} min billed; free tier 1,800 min a month, then about $0.01/min: check your price`
                : 'no session was opened: nothing billed',
              width,
              theme,
            ),
            ...field('metrics', `${plural(chargedMetricRequests, 'request')} charged`, width, theme),
          ]
        : []),
    ],
    footer: [],
  };
}
