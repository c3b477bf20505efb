import type { ExportFormat } from '../export-format.ts';
import { reportPieces } from '../report.ts';

const format: ExportFormat = {
  id: 'md',
  title: 'Markdown report',
  extension: 'md',
  write: reportPieces,
};
export default format;
