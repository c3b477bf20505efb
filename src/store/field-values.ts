import type { DatabaseSync } from 'node:sqlite';
import type { FilterField } from '../filter/predicate.ts';
import { sessionName } from '../model/principal.ts';
import { dimensions, origins } from './dimension.ts';

/** A value that was seen, and in how many of the newest events. */
export interface SeenValue {
  /** Attacker-controlled: pass `display` before a screen. */
  readonly value: string;
  readonly events: number;
}

/** Events whose values are counted; older ones are offered after them, without a count. Some milliseconds' worth. */
const COUNTED = 100_000;

const columns = {
  action: ['action', dimensions.action],
  ip: ['address', dimensions.address],
  agent: ['agent', dimensions.agent],
  error: ['error', dimensions.error],
  account: ['account', dimensions.account],
  region: ['region', dimensions.region],
} as const;

/** The most frequent first; values of equal count by their text, so that nothing jumps. */
const ordered = (counts: ReadonlyMap<string, number>, typed: string, limit: number): readonly SeenValue[] =>
  [...counts]
    .filter(([value]) => value !== '' && value.toLowerCase().includes(typed))
    .map(([value, events]) => ({ value, events }))
    .sort((a, b) => b.events - a.events || (a.value < b.value ? -1 : 1))
    .slice(0, limit);

function add(counts: Map<string, number>, value: string, events: number): void {
  counts.set(value, (counts.get(value) ?? 0) + events);
}

/**
 * The values of a field that hold what was typed, whatever the case. Nothing for fields whose values are all different.
 *
 * @param limit At most so many.
 */
export function fieldValues(
  database: DatabaseSync,
  { field, typed, limit }: { readonly field: FilterField; readonly typed: string; readonly limit: number },
): readonly SeenValue[] {
  const wanted = typed.toLowerCase();
  const newest = Number(database.prepare('select coalesce(max(id), 0) as id from event').get()?.id) - COUNTED;
  const rows = (sql: string, ...parameters: readonly number[]) =>
    database.prepare(sql).iterate(...parameters) as Iterable<{ readonly [name: string]: string | number }>;
  const counts = new Map<string, number>();
  switch (field) {
    case 'action':
    case 'ip':
    case 'agent':
    case 'error':
    case 'account':
    case 'region': {
      const [column, dimension] = columns[field];
      const seen = `select ${column} as id, count(*) as n from event where id > ? group by ${column}`;
      const sql = `select text, coalesce(n, 0) as n from value left join (${seen}) using (id) where dimension = ?`;
      for (const { text, n } of rows(sql, newest, dimension)) add(counts, String(text), Number(n));
      return ordered(counts, wanted, limit);
    }
    case 'principal':
    case 'session':
    case 'key': {
      const seen = 'select principal as id, count(*) as n from event where id > ? group by principal';
      const sql = `select type, name, access_key_id as key, coalesce(n, 0) as n from principal left join (${seen}) using (id)`;
      for (const { type, name, key, n } of rows(sql, newest)) {
        const one = { type: String(type), name: String(name) };
        const value = field === 'key' ? String(key) : field === 'session' ? (sessionName(one) ?? '') : one.name;
        add(counts, value, Number(n));
      }
      return ordered(counts, wanted, limit);
    }
    case 'resource':
      for (const { name, n } of rows('select name, sum(events) as n from resource group by name'))
        add(counts, String(name), Number(n));
      return ordered(counts, wanted, limit);
    case 'kind':
      for (const { kind, n } of rows('select kind, sum(events) as n from resource group by kind'))
        add(counts, String(kind), Number(n));
      return ordered(counts, wanted, limit);
    case 'rule':
      for (const { rule, n } of rows('select rule, count(*) as n from finding group by rule'))
        add(counts, String(rule), Number(n));
      return ordered(counts, wanted, limit);
    case 'source':
      for (const [index, origin] of origins.entries()) {
        const sql = 'select count(*) as n from event where id > ? and origin = ?';
        for (const { n } of rows(sql, newest, index)) add(counts, origin, Number(n));
      }
      return ordered(counts, wanted, limit);
    default:
      return [];
  }
}
