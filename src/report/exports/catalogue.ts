// Written by npm run generate
// biome-ignore-all assist/source/organizeImports: in order of ids
import type { ExportFormat } from '../export-format.ts';
import brief from './brief.ts';
import changes from './changes.ts';
import csv from './csv.ts';
import jsonl from './jsonl.ts';
import md from './md.ts';
import timesketch from './timesketch.ts';

/** Every export format, sorted by file name. */
export const exportFormats: readonly ExportFormat[] = [brief, changes, csv, jsonl, md, timesketch].flat();
