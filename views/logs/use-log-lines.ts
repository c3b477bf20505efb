import { useMemo } from 'react';
import type { Dialog } from '../../hooks/console-state.ts';
import type { Desk } from '../../hooks/desk.ts';
import { logPage, streamOf, writerOf } from '../../hooks/logs-screen.ts';
import { useObservable } from '../../hooks/use-observable.ts';
import { observable } from '../../src/shared/observable.ts';
import { type LogsModel, logRows } from './logs-view.ts';
import { useWords } from './use-words.ts';

const neverChanges = observable(0);
const noPage = { rows: [], selected: -1, total: -1, newer: 0 };

/** The lines on screen with their words; nothing is read while another dialog is on top. */
export function useLogLines(desk: Desk, dialog: Dialog | undefined, eventsVersion: number, height: number): LogsModel {
  const { events } = desk.session;
  const viewVersion = useObservable(dialog?.type === 'logs' ? (events.changes ?? neverChanges) : neverChanges);
  const wordsOf = useWords(events);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the versions stand for the lines in the store
  return useMemo((): LogsModel => {
    if (dialog?.type !== 'logs' || height === 0)
      return { page: noPage, words: [], whole: '', writer: undefined, stream: '', height };
    const page = logPage(events, dialog, logRows(dialog, height));
    const words = page.rows.map(({ rowId }) => wordsOf(rowId));
    const row = page.rows[page.selected];
    const whole = row ? events.raw(row.rowId) : '';
    return { page, words, whole, writer: writerOf(desk, row), stream: streamOf(desk, row), height };
  }, [desk, events, dialog, eventsVersion, viewVersion, height, wordsOf]);
}
