import type { DatabaseSync } from 'node:sqlite';
import type { Predicate } from '../filter/predicate.ts';
import { callersOf } from './callers.ts';
import { chainOf } from './chain.ts';
import type { OwnCalls } from './event-reader.ts';
import { evidenceOf } from './evidence.ts';
import { fieldValues } from './field-values.ts';
import { findingGroups } from './findings.ts';
import { logGroupsOf } from './log-groups.ts';
import { makersOf } from './makers.ts';
import { metaOf } from './meta.ts';
import { namedBy } from './named.ts';
import { neighboursOf } from './neighbours.ts';
import { conditionOf } from './predicate-sql.ts';
import { profileOf } from './principal-profile.ts';
import type { Questions, QuestionType } from './queries.ts';
import { radiusOf } from './radius.ts';
import { recordsOf } from './records.ts';
import { resources } from './resource-heat.ts';

/** Answers a question that may scan. @param own By what our own calls are known. */
export function answer(
  database: DatabaseSync,
  question: Questions[Exclude<QuestionType, 'lanes'>]['question'],
  own: OwnCalls | undefined,
): Questions[Exclude<QuestionType, 'lanes'>]['answer'] {
  switch (question.type) {
    case 'count':
      return count(database, question.filter);
    case 'resources':
      return resources(database, question.limit, own);
    case 'values':
      return { values: fieldValues(database, question) };
    case 'makers':
      return { makers: makersOf(database, question.resources) };
    case 'neighbours':
      return neighboursOf(database, question.node, question.limit);
    case 'log-groups':
      return { groups: logGroupsOf(database) };
    case 'profile':
      return profileOf(database, question.who);
    case 'chain':
      return chainOf(database, question.rowId);
    case 'records':
      return recordsOf(database, question.groups, question.after);
    case 'callers':
      return callersOf(database);
    case 'named':
      return { events: namedBy(database, question) };
    case 'evidence':
      return evidenceOf(database, question.watches, own);
    case 'findings':
      return { groups: findingGroups(database) };
    case 'radius':
      return radiusOf(database, question, own);
  }
}

function count(database: DatabaseSync, filter: Predicate): number {
  if (filter.type === 'all') return metaOf(database, 'events');
  const condition = conditionOf(database, filter);
  try {
    condition.refresh();
    return Number(database.prepare(`select count(*) as n from event where ${condition.sql()}`).get()?.n);
  } finally {
    condition.close();
  }
}
