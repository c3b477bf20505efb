import { type Branch, type ChainRow, handoverWords } from '../../hooks/chain-rows.ts';
import { type ChainDialog, chainState } from '../../hooks/chain-screen.ts';
import type { ChainEvent, ChainLink, CredentialChain } from '../../src/model/chain.ts';
import { shortKind } from '../../src/model/resource.ts';
import { cellWidth, fit } from '../../src/shared/cells.ts';
import { cell, cellRight, count, plural, safe, wrap } from '../components/text.ts';
import { clock, day, instant } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import { drawnRows, type Sheet } from '../dialogs/sheet.ts';
import { untilText } from '../doors/doors-view.ts';
import type { Meaning, Theme } from '../theme/theme.ts';

/** Of long chains the lines of the tree take at most this part of the width. */
const DEEPEST = 0.3;
/** Wider, the eye loses the row between a name and its figures. */
const WIDEST = 140;

/** The lines of the tree before a row of a link, cut from the left where they would take too much. */
function rails({ past, deeper }: Branch, width: number, { glyphs }: Theme): string {
  const most = Math.floor((width * DEEPEST) / 3);
  const cut = deeper || past.length > most;
  const text = (cut ? past.slice(-(most - 1)) : past).map((on) => `${on ? glyphs.tree.past : glyphs.tree.none} `);
  return `${cut ? '…  ' : ''}${text.join('')}`;
}

/** What leads to a link: an arrow where a record says so or it must have been; none where the order is not known. */
function lead(branch: Branch, link: ChainLink, { glyphs }: Theme): string {
  if (branch.last === undefined) return '';
  const { recorded, inferred, unordered } = glyphs.leads;
  const arrow = branch.sameSecond ? unordered : link.certainty === 'recorded' ? recorded : inferred;
  return `${(branch.last ? glyphs.tree.last : glyphs.tree.more).slice(0, 1)}${arrow} `;
}

/** Under a link: the line to what hangs below it, and past it to its brothers. */
function under(branch: Branch, width: number, theme: Theme): string {
  const { past, none } = theme.glyphs.tree;
  const own = branch.last === undefined ? '' : `${branch.last ? none : past} `;
  return `${rails(branch, width, theme)}${own}${branch.hasChildren ? past : none} `;
}

const shortAction = (action: string, width: number): string =>
  width >= 100 ? action : action.slice(action.indexOf(':') + 1);

/** What a link is called: `code runs as ds-exec/SageMaker`, `presigned URL to nb fraud-lab`. Safe text. */
function linkName(link: ChainLink): string {
  const what =
    safe(link.name, 300) ||
    (link.resource
      ? `${safe(shortKind(link.resource.kind), 40)} ${safe(link.resource.name, 200)}`
      : 'credentials that no record names');
  const words = handoverWords[link.handover] ?? safe(link.handover, 40);
  return words ? `${words} ${what}` : what;
}

function timesText({ first, last, by }: ChainLink, utc: boolean): string {
  if (!first) return by ? clock(by.at, utc) : '';
  return last && last.at !== first.at ? `${clock(first.at, utc)}–${clock(last.at, utc)}` : clock(first.at, utc);
}

const TIMES = 17;

function linkLine(
  link: ChainLink,
  branch: Branch,
  isOwn: boolean,
  { theme, width, utc, now }: DialogContext,
): { readonly text: string; readonly meaning: Meaning } {
  const head = `${rails(branch, width, theme)}${lead(branch, link, theme)}`;
  const until = link.until !== undefined && link.until > now ? ` ends in ${untilText(link.until, now)}` : '';
  const wide = width >= 100;
  const right = [
    branch.sameSecond && wide ? 'same second' : '',
    link.events > 0 ? plural(link.events, 'event') : '',
    link.errors > 0 ? `${count(link.errors)} failed` : '',
  ]
    .filter(Boolean)
    .join(` ${theme.glyphs.dot} `);
  const timesWidth = wide ? TIMES : 8;
  const times = fit(timesText(link, utc).slice(0, timesWidth), timesWidth);
  const key =
    link.accessKeyId === '' ? '' : ` ${safe(link.accessKeyId, 40)}${link.keys > 1 ? ` +${count(link.keys - 1)}` : ''}`;
  const room = Math.max(10, Math.min(width, WIDEST) - 4 - cellWidth(head) - cellWidth(right) - timesWidth - 2);
  const name = `${linkName(link)}${isOwn && wide ? ' (this event)' : ''}${key}${until}`;
  return {
    text: `${head}${fit(name, room)} ${right} ${times}`,
    meaning:
      link.errors > 0 && link.errors === link.events
        ? 'failed'
        : isOwn
          ? 'title'
          : link.certainty === 'inferred'
            ? 'finding'
            : 'plain',
  };
}

function rowLine(row: ChainRow, selected: boolean, chain: CredentialChain, context: DialogContext): string {
  const { theme, width, utc } = context;
  const { glyphs } = theme;
  const drawn = (): { readonly text: string; readonly meaning: Meaning } => {
    if (row.type === 'search') {
      const search = chain.searched[row.search];
      const can =
        search?.lookup && search.regions.length > 0 && context.snapshot.mode !== 'saved'
          ? `: l looks in ${safe(search.regions.join(', '), 200)}`
          : '';
      return { text: `? ${safe(search?.what ?? '', 600)}${can}`, meaning: 'finding' };
    }
    if (row.type === 'more')
      return { text: `${under(row.branch, width, theme)}… ${plural(row.links, 'more link')} left out`, meaning: 'dim' };
    const link = chain.links[row.link];
    if (!link) return { text: '', meaning: 'dim' };
    if (row.type === 'link') return linkLine(link, row.branch, row.link === chain.at, context);
    const before = under(row.branch, width, theme);
    if (row.type === 'why')
      return {
        text: `${before}${link.certainty === 'inferred' ? 'inferred: ' : ''}${safe(link.why, 600)}`,
        meaning: 'dim',
      };
    const action = link.actions[row.action];
    if (!action) return { text: '', meaning: 'dim' };
    const nameWidth = Math.max(16, Math.min(48, width - 4 - cellWidth(before) - 22));
    const { isChange } = action;
    return {
      text: `${before}${isChange ? glyphs.write : glyphs.read} ${cell(shortAction(action.action, width), nameWidth)} ${cellRight(`${count(action.events)}${glyphs.times}`, 8)} ${clock(action.first.at, utc)}`,
      meaning: isChange ? 'write' : 'plain',
    };
  };
  const { text, meaning } = drawn();
  const painted = theme.paint(meaning, fit(`${selected ? glyphs.pointer : ' '} ${text}`, width));
  return selected ? theme.paint('selected', painted) : painted;
}

const eventText = ({ action, at, region }: ChainEvent, utc: boolean): string =>
  `${safe(action, 120)} ${instant(at, utc)} ${safe(region, 30)}`;

/** What is selected, in full, on as many lines whatever that is. */
function footer(
  row: ChainRow | undefined,
  chain: CredentialChain | undefined,
  { theme, width, utc, snapshot }: DialogContext,
): readonly string[] {
  const rule = theme.paint('dim', theme.glyphs.rule.repeat(width));
  const lines = (texts: readonly string[]): readonly string[] => {
    const all = texts.flatMap((text) => wrap(text, width - 2));
    return [
      rule,
      ...Array.from({ length: 3 }, (_, index) =>
        fit(` ${index === 2 ? all.slice(2).join(' ') : (all[index] ?? '')}`, width),
      ),
    ];
  };
  if (!row || !chain) return lines([]);
  if (row.type === 'search') {
    const search = chain.searched[row.search];
    return lines([
      safe(search?.what ?? '', 600),
      snapshot.mode === 'saved'
        ? 'these are saved logs: no event history can be asked'
        : search?.lookup
          ? `l looks for ${search.lookup.attribute} ${safe(search.lookup.value, 200)} in ${safe(search.regions.join(', '), 400) || 'no other Region'}`
          : 'the event history cannot look for this',
    ]);
  }
  const link = row.type === 'more' ? undefined : chain.links[row.link];
  if (!link) return lines([]);
  const sure = link.certainty === 'recorded' ? 'recorded' : 'inferred';
  return lines([
    link.handover === 'origin'
      ? `the first credentials that are known: ${safe(link.why, 600)}`
      : `${sure}: ${safe(link.why, 600)}`,
    ...(link.by ? [`handed over by ${eventText(link.by, utc)} (h)`] : []),
    ...(link.otherwise.length > 0
      ? [
          `might as well be ${link.otherwise.map((event) => eventText(event, utc)).join(', ')}: which it was is not known`,
        ]
      : []),
  ]);
}

function emptyLines({ chain, failure }: ChainDialog): readonly string[] {
  if (failure) return [`${failure.code}: ${failure.message}`, ...failure.nextSteps];
  if (!chain) return ['following the credentials…'];
  return ['the record names no credentials: an AWS service made the call, or it is no API call', 'Esc goes back'];
}

const known = new WeakMap<CredentialChain, { readonly inferred: number; readonly earliest: number | undefined }>();

/** What the title says of a chain; counted once. */
function figures(chain: CredentialChain) {
  const kept = known.get(chain);
  if (kept) return kept;
  const times = chain.links.flatMap(({ first }) => (first ? [first.at] : []));
  const made = {
    inferred: chain.links.filter(({ certainty }) => certainty === 'inferred').length,
    earliest: times.length > 0 ? times.reduce((a, b) => Math.min(a, b)) : undefined,
  };
  known.set(chain, made);
  return made;
}

/** Whose credentials made an event, where they came from, and what they led to. */
export function chainView(dialog: ChainDialog, context: DialogContext): Sheet {
  const { theme, width, utc } = context;
  const { chain } = dialog;
  const { rows, index } = chainState(dialog);
  const empty = rows.length === 0 ? ['', ...emptyLines(dialog).flatMap((text) => wrap(safe(text), width - 4))] : [];
  const links = chain?.links ?? [];
  const { inferred, earliest } = chain ? figures(chain) : { inferred: 0, earliest: undefined };
  const legend = `${theme.glyphs.leads.recorded} recorded  ${theme.glyphs.leads.inferred} inferred  ${theme.glyphs.leads.unordered} same second: order not known`;
  const legendCells = Math.min(width, cellWidth(legend) + 2);
  const row = rows[index];
  const link = row && 'link' in row ? links[row.link] : undefined;
  const above = row?.type === 'link' && link?.parent !== undefined ? links[link.parent] : undefined;
  return {
    title: 'Chain',
    more: [safe(dialog.about, 200)],
    right: chain
      ? [plural(links.length, 'link'), ...(inferred ? [`${count(inferred)} inferred`] : [])].join(
          ` ${theme.glyphs.dot} `,
        )
      : '',
    whole: true,
    head: [
      theme.paint('silent', fit(`  ${legend}`, legendCells)) +
        theme.paint(
          'dim',
          fit(earliest === undefined ? '' : `  ${theme.glyphs.dot} ${day(earliest, utc)}`, width - legendCells),
        ),
    ],
    lines: drawnRows(rows.length + empty.length, (at) => {
      const row = rows[at];
      return row && chain
        ? rowLine(row, at === index, chain, context)
        : theme.paint('dim', fit(`   ${empty[at - rows.length] ?? ''}`, width));
    }),
    footer: footer(rows[index], chain, context),
    selectedLine: Math.max(0, index),
    under: above ? `from ${linkName(above)}` : row?.type === 'action' && link ? linkName(link) : '',
  };
}
