import { useMemo, useRef } from 'react';
import { type ConsoleState, type Filter, isOnList, resourceKey, selectedResource } from '../hooks/console-state.ts';
import type { Desk, Extents } from '../hooks/desk.ts';
import { searchText } from '../hooks/filter-intents.ts';
import { keyOr } from '../hooks/key-names.ts';
import { laneColumns, laneCursor } from '../hooks/lane-window.ts';
import { asksForRecords } from '../hooks/shown.ts';
import { stationName } from '../hooks/station.ts';
import { useEnrichment } from '../hooks/use-enrichment.ts';
import { useObservable } from '../hooks/use-observable.ts';
import { columnAt, columnStart, type LaneWindow } from '../src/model/lane.ts';
import { postureOf } from '../src/model/posture.ts';
import type { Snapshot } from '../src/session/snapshot.ts';
import { observable } from '../src/shared/observable.ts';
import { beside } from './components/pane.ts';
import { notLive } from './components/source-state.ts';
import { type DetailModel, detailLines, detailView } from './detail/detail-view.ts';
import { ticks } from './detail/resource-lines.ts';
import { emptyEvents, loadedText } from './events/empty-events.ts';
import { eventsView, rowsOfLines, severalAccounts } from './events/events-view.ts';
import { laneReadout } from './lanes/lane-readout.ts';
import { laneNames, lanesView } from './lanes/lanes-view.ts';
import { useLaneScale } from './lanes/use-lane-scale.ts';
import type { Layout, PaneSize } from './layout.ts';
import { useWords } from './logs/use-words.ts';
import { resourcesView } from './resources/resources-view.ts';
import type { Theme } from './theme/theme.ts';

const none: PaneSize = { width: 0, height: 0 };

/** The panes' rows, each computed again only when what it shows has changed. */
export function usePanes({
  desk,
  state,
  snapshot,
  place: sizes,
  theme,
  utc,
  now,
}: {
  readonly desk: Desk;
  readonly state: ConsoleState;
  readonly snapshot: Snapshot;
  readonly place: Layout;
  readonly theme: Theme;
  readonly utc: boolean;
  /** Epoch ms. */
  readonly now: number;
}): {
  readonly body: readonly string[];
  readonly total: number;
  /** How far the search for the filter is, in full; empty when all is found. */
  readonly search: string;
  /** Which event stands on which line of its pane; only while the mouse is on. */
  readonly lineRows: readonly (number | undefined)[] | undefined;
  readonly extents: Pick<
    Extents,
    'eventRows' | 'resourceRows' | 'detailRows' | 'detailLines' | 'laneRows' | 'laneColumns'
  >;
} {
  const { focus, filter, place } = state;
  const { events } = desk.session;
  const single = sizes.type === 'single';
  const eventsSize = sizes.type === 'wide' ? sizes.events : single && !isOnList(focus) ? sizes.main : none;
  const lanesSize =
    sizes.type === 'wide'
      ? sizes.low && focus !== 'lanes'
        ? none
        : sizes.lanes
      : single && focus === 'lanes'
        ? sizes.main
        : none;
  const resourcesSize = sizes.type === 'wide' ? sizes.resources : single && focus === 'resources' ? sizes.main : none;
  // On a narrow screen the focused detail takes the whole body: five lines are a glance, not a read.
  const detailSize =
    sizes.type === 'too-small'
      ? none
      : single && focus === 'detail'
        ? sizes.body
        : sizes.type === 'wide' && sizes.low && focus === 'lanes'
          ? none
          : sizes.detail;
  const loaded = loadedText(snapshot.sources);
  const viewVersion = useObservable(events.changes ?? neverChanges);
  const eventRows = Math.max(1, (eventsSize.height || (single ? sizes.main.height : 2)) - 1 - (loaded ? 1 : 0));

  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the rows in the store
  const page = useMemo(
    () => desk.page(filter.view, place, eventRows),
    [desk, filter.view, place, eventRows, snapshot.eventsVersion, viewVersion],
  );
  // A view is counted when its search has ended.
  const searching = filter.view !== 'all' && page.total < 0;
  const lastStep = state.trail.at(-1);
  const empty =
    page.rows.length === 0
      ? emptyEvents(snapshot, filter.predicate.type !== 'all', {
          searching,
          leftOut: filter.leftOut,
          hasWayBack: lastStep !== undefined && stationName(lastStep) !== '',
          key: theme.key,
        }).join('\n')
      : '';
  const stopped = notLive(snapshot.sources) !== undefined;
  const searched = searching ? searchText(desk, page, true) : '';
  // Once shown the column stays: it must not come and go while the list is scrolled.
  const shownAccounts = useRef(false);
  const showAccounts = shownAccounts.current || snapshot.accounts.length > 1 || severalAccounts(page.rows);
  shownAccounts.current = showAccounts;
  const wordsOf = useWords(events);
  const eventLines = useMemo(
    () =>
      eventsSize.width === 0
        ? []
        : eventsView(
            {
              rows: page.rows,
              words: new Map(
                page.rows.flatMap(({ rowId, origin }) =>
                  origin === 'cloudwatch-logs' ? [[rowId, wordsOf(rowId)] as const] : [],
                ),
              ),
              selected: page.selected,
              total: filter.view === 'all' || page.total >= 0 ? page.total : (filter.count ?? -1),
              newer: page.newer,
              following: place.type === 'follow',
              filter: filter.text,
              crumbs: state.trail.map(stationName),
              leftOut: searching
                ? `${searched}: Esc stops`
                : state.shown === 'actions'
                  ? leftOutText(snapshot.events, filter, page.total, eventsSize.width, keyOr(theme.key, 'shown'))
                  : '',
              marked: snapshot.marked,
              tags: snapshot.tags,
              column: focus === 'events' ? state.column : undefined,
              focused: focus === 'events',
              utc,
              accounts: snapshot.accounts,
              showAccounts,
              loaded,
              stopped,
              empty: empty.split('\n'),
            },
            eventsSize.width,
            eventsSize.height,
            theme,
          ),
    [
      page,
      wordsOf,
      searching,
      searched,
      filter,
      place.type,
      snapshot.marked,
      snapshot.tags,
      snapshot.accounts,
      showAccounts,
      loaded,
      stopped,
      focus,
      utc,
      empty,
      state.shown,
      state.trail,
      state.column,
      snapshot.events,
      eventsSize.width,
      eventsSize.height,
      theme,
    ],
  );

  const selected = selectedResource(state);
  const { containments } = snapshot;
  const contained = useMemo(
    () =>
      new Set(
        containments
          .filter((each) => each.state === 'written' || each.state === 'confirmed')
          .map(({ plan }) => resourceKey(plan.target)),
      ),
    [containments],
  );
  const { resources } = state;
  const lanesShown = lanesSize.width > 0;
  const { metrics } = snapshot;
  // Figures are of whole minutes, and panes that did not change are not drawn again every second.
  const metricsTo = metrics.length > 0 ? Math.ceil(now / 60_000) * 60_000 : 0;
  const resourceLines = useMemo(
    () =>
      resourcesSize.width === 0
        ? []
        : resourcesView(
            {
              resources,
              selected,
              focused: focus === 'resources',
              contained,
              // Beside the lanes the names get the room: the detail shows what was measured.
              metrics: lanesShown ? [] : metrics,
              metricsTo,
            },
            resourcesSize.width,
            resourcesSize.height,
            theme,
          ),
    [
      resources,
      selected,
      focus,
      contained,
      metrics,
      metricsTo,
      lanesShown,
      resourcesSize.width,
      resourcesSize.height,
      theme,
    ],
  );

  const row = page.rows[page.selected];
  const cursorAt = laneCursor(state.lanes, place, row);
  const { scale, ours } = useLaneScale({ desk, snapshot, now });
  const { shown } = state.lanes;
  // Lanes are drawn again where the cursor comes to another column, not at each key.
  const cursorColumn = columnMiddle(shown?.window, cursorAt);
  const laneLines = useMemo(
    () =>
      lanesShown
        ? lanesView(
            {
              resources,
              selected,
              focused: focus === 'lanes',
              shown,
              ours,
              scale: { ...scale, cursorAt: cursorColumn },
              utc,
              named: single,
            },
            lanesSize.width,
            lanesSize.height,
            theme,
          )
        : [],
    [
      lanesShown,
      resources,
      selected,
      focus,
      shown,
      ours,
      scale,
      cursorColumn,
      utc,
      single,
      lanesSize.width,
      lanesSize.height,
      theme,
    ],
  );
  const rowId = row?.rowId;
  const heat = isOnList(focus) ? resources?.[selected] : undefined;
  const { results: judged } = useObservable(desk.session.posture);
  const enrichment = useEnrichment(desk.session, heat, heat?.lastAt);
  // Countdowns tick; without any the pane is not drawn again every second.
  const ticking = ticks(enrichment) ? now : 0;
  const { notes, tags, drill, mode } = snapshot;
  const detail = useMemo((): readonly string[] => {
    const measured = mode === 'saved' ? undefined : { series: metrics, to: metricsTo };
    const model = modelOf();
    return detailSize.width === 0 ? [] : detailLines(model, detailSize.width, theme, utc);

    function modelOf(): DetailModel {
      if (heat) {
        const ref = { kind: heat.kind, arn: heat.arn, name: heat.name };
        return {
          type: 'resource',
          ref,
          heat,
          enrichment,
          posture: postureOf(judged, ref),
          choices: desk.session.choices(ref),
          contained: containments.filter(({ plan }) => resourceKey(plan.target) === resourceKey(ref)),
          metrics: measured,
          now: ticking,
        };
      }
      const event = rowId === undefined ? undefined : events.event(rowId);
      if (event)
        return {
          type: 'event',
          event,
          raw: events.raw(event.rowId),
          notes: notes.filter(({ eventId }) => eventId === event.id),
          tags: tags.get(event.id) ?? [],
          metrics: measured,
        };
      return { type: 'text', lines: drill ? [drill.briefing.title, ...drill.briefing.text] : ['no event is selected'] };
    }
  }, [
    desk,
    events,
    rowId,
    heat,
    enrichment,
    judged,
    containments,
    ticking,
    notes,
    tags,
    drill,
    mode,
    metrics,
    metricsTo,
    detailSize.width,
    theme,
    utc,
  ]);
  const { detailScroll } = state;
  // What stands at the cursor is told above what the resource is.
  const detailAll = useMemo(
    () =>
      focus === 'lanes' && heat && detailSize.width > 0
        ? [...laneReadout(heat, shown, { ...scale, cursorAt }, utc, detailSize.width, theme), ...detail]
        : detail,
    [focus, heat, shown, scale, cursorAt, utc, detailSize.width, theme, detail],
  );
  const detailRows = useMemo(
    () =>
      detailSize.width === 0
        ? []
        : detailView(
            detailAll,
            { scroll: detailScroll, focused: focus === 'detail' },
            detailSize.width,
            detailSize.height,
            theme,
          ),
    [detailAll, detailScroll, focus, detailSize.width, detailSize.height, theme],
  );

  const body =
    sizes.type === 'wide'
      ? sizes.low
        ? [...beside(resourceLines, lanesShown ? laneLines : detailRows, theme), ...eventLines]
        : [...beside(resourceLines, laneLines, theme), ...eventLines, ...detailRows]
      : single && focus === 'detail'
        ? detailRows
        : [...(focus === 'resources' ? resourceLines : focus === 'lanes' ? laneLines : eventLines), ...detailRows];
  return {
    body,
    total: page.total,
    search: searchText(desk, page, false),
    lineRows: state.mouse ? rowsOfLines(page.rows, page.selected, eventRows, utc) : undefined,
    extents: {
      eventRows,
      resourceRows: Math.max(1, (resourcesSize.height || lanesSize.height) - 1),
      laneRows: Math.max(0, lanesSize.height - 1),
      laneColumns: laneColumns(lanesSize.width - (single ? laneNames(lanesSize.width) : 0)),
      detailRows: Math.max(1, detailSize.height - 1),
      detailLines: detailAll.length,
    },
  };
}

const neverChanges = observable(0);

/** A time of the column that a time falls in; `undefined` outside of the window. Epoch ms. */
function columnMiddle(window: LaneWindow | undefined, at: number | undefined): number | undefined {
  if (!window || at === undefined) return undefined;
  const column = columnAt(window, at);
  return column < 0 || column >= window.columns ? undefined : columnStart(window, column + 0.5);
}

/** What the list leaves out behind every filter, and the key that shows it. */
function leftOutText(events: number, filter: Filter, total: number, width: number, key: string): string {
  const left = filter.predicate.type === 'all' && total >= 0 ? events - total : 0;
  if (asksForRecords(filter.predicate)) return '';
  if (filter.predicate.type !== 'all') return `without log lines (${key})`;
  if (left <= 0) return '';
  return width < 100
    ? `${left.toLocaleString('en-US')} more: ${key}`
    : `${left.toLocaleString('en-US')} log lines and own reads left out (${key})`;
}
