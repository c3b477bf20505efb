import type { DatabaseSync } from 'node:sqlite';
import type { Predicate } from '../filter/predicate.ts';
import { conditionOf } from './predicate-sql.ts';
import type { Questions, QuestionType, ResourceHeat } from './queries.ts';
import { metaOf } from './view-search.ts';

/** Answers a question that may scan. */
export function answer(
  database: DatabaseSync,
  question: Questions[QuestionType]['question'],
): Questions[QuestionType]['answer'] {
  return question.type === 'count' ? count(database, question.filter) : resources(database, question.limit);
}

function count(database: DatabaseSync, filter: Predicate): number {
  if (filter.type === 'all') return metaOf(database, 'events');
  const condition = conditionOf(database, filter);
  try {
    return Number(database.prepare(`select count(*) as n from event where ${condition.sql()}`).get()?.n);
  } finally {
    condition.close();
  }
}

/** A read weighs one, a write ten: an attacker's few changes stand above a workload's thousands of reads. */
const writeWeight = 10;

/**
 * The hottest resources. Records that name a resource without its ARN count for the only one that has this name; the counts are kept by the
 * writer, so this reads resources, not events.
 */
function resources(database: DatabaseSync, limit: number): readonly ResourceHeat[] {
  const rows = database
    .prepare('select kind, arn, name, events, writes, errors, last_at as lastAt from resource where events > 0')
    .all() as unknown as ResourceHeat[];
  const groups = new Map<string, ResourceHeat[]>();
  for (const row of rows) {
    const name = `${row.kind}\0${row.name.toLowerCase()}`;
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  const heats = [...groups.values()].flatMap((group) => {
    const arns = new Set(group.flatMap(({ arn }) => (arn === '' ? [] : [arn.toLowerCase()])));
    // Two roles of one name in two accounts stay two, and what only names them a third.
    return arns.size <= 1
      ? [merge(group)]
      : [...arns, ''].flatMap((arn) => merged(group.filter((row) => row.arn.toLowerCase() === arn)));
  });
  const heat = ({ events, writes }: ResourceHeat) => events - writes + writes * writeWeight;
  return heats.sort((a, b) => heat(b) - heat(a) || b.lastAt - a.lastAt || (a.name < b.name ? -1 : 1)).slice(0, limit);
}

const merged = (group: readonly ResourceHeat[]): ResourceHeat[] => (group.length === 0 ? [] : [merge(group)]);

function merge(group: readonly ResourceHeat[]): ResourceHeat {
  // ARNs of SageMaker are in lower case; a name that is not is how people wrote it.
  const written = group.find(({ name }) => name !== name.toLowerCase()) ?? group[0]!;
  const sum = (member: 'events' | 'writes' | 'errors') => group.reduce((total, row) => total + row[member], 0);
  return {
    kind: written.kind,
    arn: group.find(({ arn }) => arn !== '')?.arn ?? '',
    name: written.name,
    events: sum('events'),
    writes: sum('writes'),
    errors: sum('errors'),
    lastAt: Math.max(...group.map(({ lastAt }) => lastAt)),
  };
}
