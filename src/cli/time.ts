import { UsageError } from '../model/errors.ts';

const unitMs: { readonly [unit: string]: number } = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30s`, `2h`, `90d` → ms. @throws UsageError */
export function parseDuration(text: string, flag: string): number {
  const match = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text);
  if (!match) throw new UsageError(`${flag} ${text} is no duration`, { nextSteps: ['Write it as 30s, 15m, 2h or 7d'] });
  return Number(match[1]) * unitMs[match[2]!]!;
}

/** `2h` (ago), a date, or an ISO time → epoch ms. @throws UsageError */
export function parseTime(text: string, now: number, flag: string): number {
  if (/^\d+(?:\.\d+)?[smhd]$/.test(text)) return now - parseDuration(text, flag);
  // Without a zone we mean UTC, as everywhere on the screen.
  const iso = /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(text) ? `${text}Z` : text;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(`${flag} ${text} is no time`, {
      nextSteps: ['Write it as 2h, 2026-11-23 or 2026-11-23T20:31:00Z'],
    });
  return at;
}

/** `20261123T203102Z`, for names of incidents. */
export const compactTime = (at: number): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');
