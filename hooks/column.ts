import type { FilterField, Predicate } from '../src/filter/predicate.ts';
import { printFilter } from '../src/filter/print.ts';
import type { TimelineEvent } from '../src/model/event.ts';
import { display } from '../src/shared/display.ts';
import { change, type Desk, say } from './desk.ts';
import { filterBy } from './filter-intents.ts';
import { keyName } from './key-names.ts';
import { type PivotMode, pivoted, resourcePivot } from './pivot.ts';
import { selectedEvent, selectedSubject } from './timeline-intents.ts';

/** The columns of the events whose value one key takes or leaves out, from left to right. */
export const columnNames = ['principal', 'action', 'resource', 'ip', 'error'] as const satisfies readonly FilterField[];
export type ColumnName = (typeof columnNames)[number];

function valueIn(event: TimelineEvent, column: ColumnName): string {
  switch (column) {
    case 'principal':
      return event.principal?.name ?? '';
    case 'action':
      return event.action;
    case 'resource': {
      const named = event.resources.find(({ relation }) => relation === 'target' || relation === 'created');
      const resource = named ?? event.resources[0];
      return resource?.name || resource?.arn || '';
    }
    case 'ip':
      return event.sourceIp;
    case 'error':
      return event.errorCode;
  }
}

/** To the next column, or the one before; the first press only shows where it stands. */
export function moveColumn(desk: Desk, by: 1 | -1): void {
  const { column } = desk.state.get();
  const index = column === undefined ? 1 : columnNames.indexOf(column) + by;
  change(desk, { column: columnNames[Math.max(0, Math.min(columnNames.length - 1, index))] ?? 'action' });
}

/** Only what has the selected value, or all but that: the value in the chosen column, or the selected resource. */
export function filterByValue(desk: Desk, mode: Exclude<PivotMode, 'replace'>): void {
  const resource = selectedSubject(desk);
  const { column = 'action', filter } = desk.state.get();
  const event = resource ? undefined : selectedEvent(desk);
  const value = event ? valueIn(event, column) : '';
  const term: Predicate | undefined = resource
    ? resourcePivot(resource)?.predicate
    : value === ''
      ? undefined
      : { type: 'field', field: column, op: 'is', value };
  if (!term) {
    say(
      desk,
      event
        ? `this event has no ${column}: ${keyName(desk, 'column-left')} ${keyName(desk, 'column-right')} choose another column`
        : 'nothing is selected',
    );
    return;
  }
  filterBy(desk, pivoted(filter.predicate, term, mode));
  const text = display(printFilter(term));
  say(desk, mode === 'stack' ? `only ${text}; Esc takes it back` : `without ${text}; Esc takes it back`);
}
