import { eventJson } from '../../model/event.ts';
import type { ExportFormat } from '../export-format.ts';
import { maskedJson } from '../mask.ts';

const format: ExportFormat = {
  id: 'jsonl',
  title: 'one JSON line an event',
  extension: 'jsonl',
  *write(view, { filter }) {
    for (const event of view.events(filter)) yield `${maskedJson(eventJson(event))}\n`;
  },
};
export default format;
