import { changesSomething, type TimelineEvent } from '../../src/model/event.ts';
import { columnAt, type Lane, type LaneAnswer, type LaneColumn, type LaneQuestion } from '../../src/model/lane.ts';

/** Lanes of a list of events, the plain way: what the store's index must agree with. States and ways in it knows none of. */
export function lanesOf(events: readonly TimelineEvent[], question: LaneQuestion): LaneAnswer {
  const { from, to, columns, lanes } = question;
  return {
    from,
    to,
    columns,
    lanes: lanes.map((ref): Lane => {
      const found = new Map<number, { -readonly [Name in keyof LaneColumn]: LaneColumn[Name] }>();
      for (const event of events) {
        const { resources, principal, at, errorCode, action, findings } = event;
        const isNamed = resources.some(({ kind, name }) => kind === ref.kind && name === ref.name);
        const acts = ref.arn !== '' && (principal?.issuerArn === ref.arn || principal?.arn === ref.arn);
        if ((!isNamed && !acts) || event.origin === 'cloudwatch-logs') continue;
        const column = columnAt(question, Math.floor(at / 1000) * 1000);
        if (column < 0 || column >= columns) continue;
        const cell = found.get(column) ?? {
          column,
          reads: 0,
          changes: 0,
          failed: 0,
          ours: 0,
          action: '',
          severity: undefined,
        };
        found.set(column, cell);
        if (changesSomething(event)) {
          cell.changes += 1;
          cell.action ||= action.slice(action.indexOf(':') + 1);
        } else cell.reads += 1;
        if (errorCode !== '') cell.failed += 1;
        cell.severity ??= findings[0]?.severity;
      }
      return {
        columns: [...found.values()].sort((a, b) => a.column - b.column),
        states: [],
        exposures: [],
        complete: true,
      };
    }),
  };
}
