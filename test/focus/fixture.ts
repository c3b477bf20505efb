import { readFileSync } from 'node:fs';

/** The saved alerts of `test/fixtures/alerts`; all of one story, the drill `presigned-url-hijack`. */
export const savedAlerts = [
  'guardduty-api',
  'guardduty-eventbridge',
  'security-hub-asff',
  'security-hub-ocsf',
  'aws-health',
] as const;

export const savedKey = 'AKIAFP2DUF32SIL62RFN';
/** When the call that the alerts are about was made, epoch ms. */
export const savedAt = Date.parse('2026-11-23T20:31:02Z');

export const savedAlert = (name: string): string =>
  readFileSync(new URL(`../fixtures/alerts/${name}.json`, import.meta.url), 'utf8');

/** A saved alert as it would read had the story happened at another time and with another key. */
export function retold(name: string, { key, at }: { readonly key: string; readonly at: number }): string {
  const byMs = at - savedAt;
  const moved = (value: unknown): unknown => {
    if (typeof value === 'number') return value > 1.6e12 ? value + byMs : value;
    if (Array.isArray(value)) return value.map(moved);
    if (value !== null && typeof value === 'object')
      return Object.fromEntries(Object.entries(value).map(([member, inner]) => [member, moved(inner)]));
    if (typeof value !== 'string') return value;
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return new Date(Date.parse(value) + byMs).toISOString();
    if (/^\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT$/.test(value)) return new Date(Date.parse(value) + byMs).toUTCString();
    return value.replaceAll(savedKey, key);
  };
  return JSON.stringify(moved(JSON.parse(savedAlert(name))), null, 2);
}
