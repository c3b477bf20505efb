import type { Correlation } from './correlation-rule.ts';
import type { RuleDocument, UnreadableDocument } from './documents.ts';
import { evidenceOf } from './evidence.ts';
import { type FilterRule, filtered } from './filter-rule.ts';
import { type Rule, readRule } from './rule.ts';
import { RuleError, type RuleProblem } from './rule-error.ts';

export type EventRule = Extract<Rule, { type: 'event' }>;
export type CorrelationRule = Extract<Rule, { type: 'correlation' }>;

/** Rules that fit together, and what was left out with the reason. */
export interface RuleSet {
  readonly events: readonly EventRule[];
  /** Those that others refer to come first. `correlation.rules` are ids. */
  readonly correlations: readonly CorrelationRule[];
  readonly problems: readonly RuleProblem[];
}

/** Rules of one origin; what a correlation of one refers to in another goes on making findings by itself. */
export interface RuleSource {
  readonly origin: 'built-in' | 'user';
  readonly documents: readonly RuleDocument[];
  readonly unreadable?: readonly UnreadableDocument[];
}

/** Reads the documents and ties correlations to their rules. A bad rule is a problem; the rest is in the set. */
export function ruleSet(sources: readonly RuleSource[]): RuleSet {
  const problems: RuleProblem[] = [];
  const rules = new Map<string, Entry>();
  const filters: { readonly filter: FilterRule; readonly document: RuleDocument }[] = [];
  for (const { origin, documents, unreadable = [] } of sources) {
    for (const { file, line, problem } of unreadable) problems.push({ file, line, id: undefined, field: '', problem });
    for (const document of documents) {
      try {
        const read = readRule(document.value, document.file);
        if ('filter' in read) {
          filters.push({ filter: read.filter, document });
          continue;
        }
        const taken = read.rules.map(({ info }) => rules.get(info.id)).find((before) => before !== undefined);
        if (taken)
          throw new RuleError(
            ['id'],
            `the id ${taken.rule.info.id} is taken by ${taken.rule.info.file}: this one is left out`,
          );
        for (const rule of read.rules) rules.set(rule.info.id, { rule, document, origin });
      } catch (error) {
        if (!(error instanceof RuleError)) throw error;
        problems.push(problemOf(document, error));
      }
    }
  }
  const byName = namesOf(rules);
  for (const { filter, document } of filters)
    for (const error of apply(filter, rules, byName)) problems.push(problemOf(document, error));
  const leftOut = new Map<string, RuleError>();
  for (const entry of rules.values()) if (entry.rule.type === 'correlation') tie(entry, rules, byName, leftOut);
  const order = inOrder(rules, leftOut);
  for (const [id, error] of leftOut) problems.push(problemOf(rules.get(id)!.document, error));
  const silent = silenced(order, rules);
  const finished = (entry: Entry): Rule => ({
    ...entry.rule,
    info: { ...entry.rule.info, silent: silent.has(entry.rule.info.id) },
  });
  const events = [...rules.values()].flatMap((entry): EventRule[] => {
    const rule = finished(entry);
    if (rule.type !== 'event') return [];
    const evidence = rule.info.evidence.length > 0 ? rule.info.evidence : evidenceOf(rule.kinds, rule.detection);
    return [{ ...rule, info: { ...rule.info, evidence } }];
  });
  return { events, correlations: order.map((entry) => finished(entry) as CorrelationRule), problems };
}

interface Entry {
  rule: Rule;
  readonly document: RuleDocument;
  readonly origin: RuleSource['origin'];
}

const problemOf = ({ file, value, lineOf }: RuleDocument, { path, message }: RuleError): RuleProblem => {
  const id = (value as { readonly id?: unknown } | null)?.id;
  return {
    file,
    line: lineOf(path),
    id: typeof id === 'string' ? id : undefined,
    field: path.join('.'),
    problem: message,
  };
};

/** Puts a filter into the rules that it names; what it cannot be put into is told. */
function apply(
  filter: FilterRule,
  rules: ReadonlyMap<string, Entry>,
  byName: ReadonlyMap<string, string>,
): readonly RuleError[] {
  const errors: RuleError[] = [];
  const refuse = (place: number, problem: string) => errors.push(new RuleError(['filter', 'rules', place], problem));
  const isForSame = (rule: EventRule) => rule.kinds.some((kind) => filter.kinds.includes(kind));
  if (filter.rules === 'any') {
    for (const entry of rules.values())
      if (entry.rule.type === 'event' && isForSame(entry.rule)) entry.rule = filtered(entry.rule, filter);
    return [];
  }
  for (const [place, name] of filter.rules.entries()) {
    const entry = rules.get(name) ?? rules.get(byName.get(name) ?? '');
    // What an aggregation counts is what its document's filter means.
    const events = entry?.rule.type === 'correlation' ? rules.get(`${entry.rule.info.id}/events`) : entry;
    if (events?.rule.type === 'event' && isForSame(events.rule)) events.rule = filtered(events.rule, filter);
    else if (!entry) refuse(place, `filters ${name}, which is not among the rules that were loaded`);
    else if (events?.rule.type !== 'event')
      refuse(place, `filters the correlation ${name}: name the rules that it counts`);
    else refuse(place, `filters ${name}, which reads other logs than the filter says`);
  }
  return errors;
}

/** Names are unique as ids are; the first one has it. Some refer to rules by their titles. */
function namesOf(rules: ReadonlyMap<string, Entry>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { rule } of rules.values()) {
    const { name, id } = rule.info;
    if (name !== undefined && !names.has(name)) names.set(name, id);
  }
  for (const { rule } of rules.values()) if (!names.has(rule.info.title)) names.set(rule.info.title, rule.info.id);
  return names;
}

/** Replaces names by ids, in `rules` and in `aliases`. */
function tie(
  entry: Entry,
  rules: ReadonlyMap<string, Entry>,
  byName: ReadonlyMap<string, string>,
  leftOut: Map<string, RuleError>,
): void {
  const rule = entry.rule as CorrelationRule;
  const { correlation } = rule;
  const idOf = (said: string, path: readonly (string | number)[]): string => {
    const id = rules.has(said) ? said : byName.get(said);
    if (id === undefined) throw new RuleError(path, `refers to ${said}, which is not among the rules that were loaded`);
    return id;
  };
  try {
    const ids = correlation.rules.map((said, index) => idOf(said, ['correlation', 'rules', index]));
    const aliases = Object.fromEntries(
      Object.entries(correlation.aliases).map(([alias, fields]) => [
        alias,
        Object.fromEntries(
          Object.entries(fields).map(([said, field]) => {
            const id = idOf(said, ['correlation', 'aliases', alias, said]);
            return [id, field];
          }),
        ),
      ]),
    );
    for (const [alias, fields] of Object.entries(aliases))
      for (const id of ids)
        if (correlation.groupBy.includes(alias) && fields[id] === undefined)
          throw new RuleError(['correlation', 'aliases', alias], `says no field for ${id}`);
    const tied: Correlation = { ...correlation, rules: ids, aliases };
    entry.rule = { ...rule, correlation: tied, info: { ...rule.info, rules: ids } };
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
    leftOut.set(rule.info.id, error);
  }
}

/** Correlations after those that they refer to; what refers to itself, or to what is left out, is left out too. */
function inOrder(rules: ReadonlyMap<string, Entry>, leftOut: Map<string, RuleError>): readonly Entry[] {
  const order: Entry[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const start of rules.values()) {
    // By hand and not by recursion: 10,000 correlations in a row are only long.
    const stack: { readonly entry: Entry; next: number }[] = [{ entry: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      const { rule } = top.entry;
      const { id } = rule.info;
      if (rule.type !== 'correlation' || leftOut.has(id) || state.get(id) === 'done') {
        stack.pop();
        continue;
      }
      state.set(id, 'open');
      const childId = rule.correlation.rules[top.next];
      if (childId === undefined) {
        state.set(id, 'done');
        order.push(top.entry);
        stack.pop();
        continue;
      }
      const path = ['correlation', 'rules', top.next];
      top.next += 1;
      const child = rules.get(childId)!;
      if (leftOut.has(childId)) leftOut.set(id, new RuleError(path, `refers to ${childId}, which could not be loaded`));
      else if (child.rule.type !== 'correlation') continue;
      else if (state.get(childId) === 'open') {
        const ring = stack.slice(stack.findIndex((one) => one.entry === child)).map((one) => one.entry.rule.info.id);
        for (const one of ring)
          leftOut.set(
            one,
            new RuleError(
              ['correlation', 'rules'],
              `the correlations refer to each other in a ring: ${[...ring, childId].join(' → ')}`,
            ),
          );
      } else if (state.get(childId) !== 'done') {
        // Asked again once the child is settled.
        top.next -= 1;
        stack.push({ entry: child, next: 0 });
      }
    }
  }
  return order.filter(({ rule }) => !leftOut.has(rule.info.id));
}

/** Rules that make no findings of their own: a correlation of the same origin uses them and does not say `generate`. */
function silenced(order: readonly Entry[], rules: ReadonlyMap<string, Entry>): ReadonlySet<string> {
  const silent = new Set<string>();
  const generating = new Set<string>();
  for (const { rule, origin } of order) {
    const { correlation } = rule as CorrelationRule;
    for (const id of correlation.rules)
      if (correlation.generate || rules.get(id)?.origin !== origin) generating.add(id);
      else silent.add(id);
  }
  return new Set([...silent].filter((id) => !generating.has(id)));
}
