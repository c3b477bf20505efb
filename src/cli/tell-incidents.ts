import type { IncidentEntry } from '../session/incident-list.ts';
import { cellWidth } from '../shared/cells.ts';
import { display } from '../shared/display.ts';

/** Where it plays, in words: an account, a simulated one, saved logs. Safe to show. */
const placeOf = ({ account, alias, endpoint, mode, scenario }: IncidentEntry): string =>
  display(
    [
      endpoint,
      endpoint === 'SIMULATED' ? scenario : [account, alias].filter(Boolean).join(' '),
      mode === 'saved' ? 'saved logs' : '',
    ]
      .filter(Boolean)
      .join(' '),
  );

/** An incident in one line: what tells it apart, and what is not finished. Safe to show. */
const partsOf = (entry: IncidentEntry): readonly string[] => [
  display(entry.name),
  entry.lastEntryAt ?? 'no journal',
  placeOf(entry) || '-',
  `${entry.events.toLocaleString('en-US')} ${entry.events === 1 ? 'event' : 'events'}`,
  display(
    [
      ...entry.open,
      ...(entry.heldBy ? [`open in ${entry.heldBy}`] : []),
      ...(entry.problem ? [`cannot be opened: ${entry.problem}`] : []),
    ].join(' · '),
  ),
];

/** The list as lines, or as JSON. */
export function incidentLines(entries: readonly IncidentEntry[], json: boolean): readonly string[] {
  if (json) return [JSON.stringify(entries, null, 2)];
  if (entries.length === 0)
    return ['no incidents yet: firebreak begins one on an account, firebreak drill on a simulated one'];
  const rows = entries.map(partsOf);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => cellWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((text, column) => text + ' '.repeat(Math.max(0, (widths[column] ?? 0) - cellWidth(text))))
      .join('  ')
      .trimEnd(),
  );
}

/** One incident in a few words, where only lines can be shown. Safe to show. */
export const incidentSentence = (entry: IncidentEntry): string => partsOf(entry).slice(1).filter(Boolean).join(', ');
