import { eventJson, type TimelineEvent } from '../model/event.ts';
import { shortKind } from '../model/resource.ts';
import { mask, maskedJson } from '../report/mask.ts';
import { fit } from '../shared/cells.ts';
import { display } from '../shared/display.ts';

/** One event as one line of text, columns aligned where the values are of usual length; nothing is cut. */
export function eventLine(event: TimelineEvent): string {
  const resource =
    event.resources.find(({ relation }) => relation === 'target' || relation === 'created') ?? event.resources[0];
  const column = (text: string, width: number) => {
    const shown = display(mask(text));
    return shown.length > width ? shown : fit(shown, width);
  };
  return [
    new Date(event.at).toISOString().replace('.000Z', 'Z'),
    event.errorCode ? '✗' : event.findings.length > 0 ? '▲' : event.readOnly === false ? '◆' : '·',
    column(event.principal?.name ?? '-', 24),
    column(event.action, 46),
    column(resource ? `${shortKind(resource.kind)} ${resource.name}` : '-', 28),
    column(event.sourceIp || '-', 15),
    ...(event.errorCode ? [display(event.errorCode)] : []),
    ...(event.late ? ['late'] : []),
    ...(event.findings.length > 0 ? [display(`▲ ${event.findings.map(({ rule }) => rule).join(', ')}`)] : []),
  ]
    .join('  ')
    .trimEnd();
}

/** One event as `watch --json` prints it, secrets masked. */
export const eventJsonLine = (event: TimelineEvent): string => maskedJson(eventJson(event));
