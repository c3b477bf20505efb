// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { ExportFormat } from '../export-format.ts';
import jsonl from './jsonl.ts';
import md from './md.ts';

/** Every export format, sorted by file name. */
export const exportFormats: readonly ExportFormat[] = [jsonl, md].flat();
