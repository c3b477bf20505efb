import { type Condition, readCondition } from './condition.ts';
import { compileItem, type Item, type Reason } from './item.ts';
import type { JsonObject, RuleRecord } from './record.ts';
import { RuleError } from './rule-error.ts';

/** Why a record matched: what of which selection was met. */
export interface Match {
  readonly selection: string;
  /** The condition asks that this selection is not met, and it is not. */
  readonly not: boolean;
  readonly reasons: readonly Reason[];
}

/** What is known of a record of which the rest is not: its call, or who makes it. */
export interface Known {
  readonly fields: ReadonlySet<string>;
  /** Only asked for these fields. */
  readonly record: RuleRecord;
}

/** A record of which only some fields are known. */
export function knownOf(fields: readonly string[], values: JsonObject, own: JsonObject = {}): Known {
  return {
    fields: new Set(fields),
    // Whoever asks for more than what is known is not asked.
    record: {
      kind: 'cloudtrail',
      fields: values,
      text: '',
      own: (name: string) => own[name],
    } as Partial<RuleRecord> as RuleRecord,
  };
}

/** A selection by itself. */
export interface Part {
  readonly selection: string;
  readonly test: (record: RuleRecord) => boolean;
  /** Of one without alternatives: each thing that it asks. */
  readonly items: readonly Pick<Item, 'said' | 'test'>[];
}

/** The `detection` of a rule, compiled once. */
export interface Detection {
  matches(record: RuleRecord): boolean;
  /** What can be said by what is known: `false` when nothing else can make the record match. */
  foresee(known: Known): boolean | undefined;
  /** Why a record matched that did. */
  explain(record: RuleRecord): readonly Match[];
  /** Its selections, each as a test of its own with what it asks: for whoever wants to know why nothing matched. */
  readonly parts: readonly Part[];
  /** Values of `eventName` that the selections spell out. */
  readonly calls: readonly string[];
  /** Every field that is asked for. */
  readonly fields: readonly string[];
}

/** Three-valued logic: `undefined` is "depends on the rest". */
interface Node {
  test(record: RuleRecord): boolean;
  foresee(known: Known): boolean | undefined;
}

const itemNode = (item: Item): Node => ({
  test: item.test,
  foresee: ({ fields, record }) =>
    fields.has(item.field) && item.others.every((other) => fields.has(other)) ? item.test(record) : undefined,
});

function allOf(nodes: readonly Node[]): Node {
  if (nodes.length === 1) return nodes[0]!;
  return {
    test: (record) => {
      for (const node of nodes) if (!node.test(record)) return false;
      return true;
    },
    foresee: (known) => {
      let all: boolean | undefined = true;
      for (const node of nodes) {
        const one = node.foresee(known);
        if (one === false) return false;
        if (one === undefined) all = undefined;
      }
      return all;
    },
  };
}

function anyOf(nodes: readonly Node[]): Node {
  if (nodes.length === 1) return nodes[0]!;
  return {
    test: (record) => {
      for (const node of nodes) if (node.test(record)) return true;
      return false;
    },
    foresee: (known) => {
      let any: boolean | undefined = false;
      for (const node of nodes) {
        const one = node.foresee(known);
        if (one === true) return true;
        if (one === undefined) any = undefined;
      }
      return any;
    },
  };
}

const not = (node: Node): Node => ({
  test: (record) => !node.test(record),
  foresee: (known) => {
    const one = node.foresee(known);
    return one === undefined ? undefined : !one;
  },
});

/** A selection: alternatives of items that belong together. A list of texts is one item of the whole record. */
interface Selection {
  readonly node: Node;
  readonly alternatives: readonly (readonly Item[])[];
}

const mostAlternatives = 1_000;

/** What stands in `detection` besides selections. `timeframe` was for aggregations and means nothing without them. */
const reserved = new Set(['condition', 'timeframe']);

/** Compiles a rule's `detection`. @throws RuleError */
export function compileDetection(detection: unknown, path: readonly (string | number)[]): Detection {
  if (!isMap(detection)) throw new RuleError(path, 'detection is a map of selections and a condition');
  const names = Object.keys(detection).filter((name) => !reserved.has(name));
  if (names.length === 0) throw new RuleError(path, 'detection holds no selection');
  const conditionPath = [...path, 'condition'];
  const said = detection.condition;
  if (said === undefined || said === null) throw new RuleError(path, 'detection has no condition');
  const texts: readonly unknown[] = Array.isArray(said) ? said : [said];
  if (texts.length === 0 || !texts.every((text) => typeof text === 'string'))
    throw new RuleError(conditionPath, 'the condition is a text, or a list of texts');
  const conditions = texts.map((text) => readCondition(text, names, conditionPath));
  const condition: Condition = conditions.length === 1 ? conditions[0]! : { type: 'or', terms: conditions };
  const selections = new Map(names.map((name) => [name, compileSelection(detection[name], [...path, name])]));
  const node = nodeOf(condition, selections);
  const items = [...selections.values()].flatMap(({ alternatives }) => alternatives.flat());
  return {
    matches: node.test,
    foresee: (known) => node.foresee(known),
    explain: (record) => explain(condition, selections, record, false),
    parts: [...selections].map(([selection, { node: own, alternatives }]) => ({
      selection,
      test: own.test,
      items: alternatives.length === 1 && alternatives[0]!.length > 1 ? alternatives[0]! : [],
    })),
    calls: items.flatMap(({ field, texts }) => (field === 'eventName' ? texts : [])),
    fields: [...new Set(items.map(({ field }) => field))],
  };
}

function nodeOf(condition: Condition, selections: ReadonlyMap<string, Selection>): Node {
  switch (condition.type) {
    case 'selection':
      return selections.get(condition.name)!.node;
    case 'not':
      return not(nodeOf(condition.term, selections));
    case 'and':
      return allOf(condition.terms.map((term) => nodeOf(term, selections)));
    case 'or':
      return anyOf(condition.terms.map((term) => nodeOf(term, selections)));
  }
}

const isMap = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function compileSelection(selection: unknown, path: readonly (string | number)[]): Selection {
  if (isMap(selection)) return selectionOf([compileMap(selection, path)]);
  const list = Array.isArray(selection) ? (selection as readonly unknown[]) : [selection];
  if (list.length === 0) throw new RuleError(path, 'the selection is empty');
  if (selection === null) throw new RuleError(path, 'the selection is empty');
  if (list.length > mostAlternatives && list.some(isMap))
    throw new RuleError(path, `the selection has more than ${mostAlternatives} alternatives`);
  const words = list.filter((one) => !isMap(one));
  const alternatives = list.flatMap((one, index) => (isMap(one) ? [compileMap(one, [...path, index])] : []));
  return selectionOf([...alternatives, ...(words.length > 0 ? [[compileItem('', words, path)]] : [])]);
}

const selectionOf = (alternatives: readonly (readonly Item[])[]): Selection => ({
  node: anyOf(alternatives.map((items) => allOf(items.map(itemNode)))),
  alternatives,
});

/** Fields that tell most records apart are asked first. */
const telling = ['eventName', 'eventSource'];
const rank = ({ field }: Item): number => {
  const at = telling.indexOf(field);
  return at < 0 ? telling.length : at;
};

function compileMap(map: JsonObject, path: readonly (string | number)[]): readonly Item[] {
  const items = Object.entries(map).map(([key, value]) => compileItem(key, value, [...path, key]));
  if (items.length === 0) throw new RuleError(path, 'the selection is empty');
  return items.sort((a, b) => rank(a) - rank(b));
}

/** What made the condition true: of alternatives those that hold, of negations what is not met. */
function explain(
  condition: Condition,
  selections: ReadonlyMap<string, Selection>,
  record: RuleRecord,
  negated: boolean,
): readonly Match[] {
  switch (condition.type) {
    case 'selection': {
      const { node, alternatives } = selections.get(condition.name)!;
      const met = node.test(record);
      if (met === negated) return [];
      if (negated) return [{ selection: condition.name, not: true, reasons: [] }];
      const first = alternatives.find((items) => items.every((item) => item.test(record))) ?? [];
      return [{ selection: condition.name, not: false, reasons: first.flatMap((item) => item.reasons(record)) }];
    }
    case 'not':
      return explain(condition.term, selections, record, !negated);
    default:
      return condition.terms
        .flatMap((term) => explain(term, selections, record, negated))
        .filter(({ selection }, index, all) => all.findIndex((one) => one.selection === selection) === index);
  }
}
