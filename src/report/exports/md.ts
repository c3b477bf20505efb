import type { ExportFormat } from '../export-format.ts';
import { reportLines } from '../report.ts';

const format: ExportFormat = {
  id: 'md',
  title: 'Markdown report',
  extension: 'md',
  *write(view, options) {
    for (const line of reportLines(view, options)) yield `${line}\n`;
  },
};
export default format;
