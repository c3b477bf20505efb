import * as v from 'valibot';
import { isMap, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import { accountColours, noticeKinds, noticeSeverities, themeNames } from '../model/console-settings.ts';
import { nearest } from '../shared/nearest.ts';
import { type OperatorConfig, problem } from './operator-config.ts';

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'));
// An id that begins with 0 and stands without quotes is a number for YAML.
const accountText = (value: string | number): string => String(value).padStart(Number(value) >= 1e9 ? 12 : 0, '0');
const account = v.pipe(
  v.union([v.string(), v.number()], 'must be an account id of 12 digits'),
  v.transform(accountText),
  v.regex(/^\d{12}$/, 'must be an account id of 12 digits'),
);
const accountName = v.pipe(
  v.string(),
  v.transform((id: string) => accountText(id)),
  v.regex(/^\d{12}$/, 'must be an account id of 12 digits'),
);
// A digit without quotes is a number for YAML.
const key = v.pipe(
  v.union([v.string(), v.number()], 'must be a key: j, Space, Ctrl-D'),
  v.transform((value) => String(value)),
  v.nonEmpty('must not be empty'),
);
const listOf = <Item extends v.GenericSchema>(item: Item) =>
  v.union(
    [
      v.array(item),
      v.pipe(
        item,
        v.transform((one) => [one]),
      ),
    ],
    'must be a text or a list',
  );

/** Any name is one: valibot's records leave out `constructor` and its like without a word, its maps do not. */
const byName = <Name extends v.GenericSchema<string, string>, Item extends v.GenericSchema>(
  name: Name,
  item: Item,
  message: string,
) =>
  v.pipe(
    v.custom<{ readonly [name: string]: v.InferInput<Item> }>(
      // A list is an object too, with numbers for names.
      (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
      message,
    ),
    v.transform((members) => new Map(Object.entries(members))),
    v.map(name, item),
    v.transform((members): { readonly [name: string]: v.InferOutput<Item> } => Object.fromEntries(members)),
  );

const yes = v.boolean('must be true or false');
const oneOf = <const Names extends readonly string[]>(names: Names) =>
  v.picklist(names, `must be one of ${names.join(', ')}`);

const schema = v.strictObject({
  profiles: v.optional(listOf(text)),
  regions: v.optional(v.union([v.literal('all'), listOf(text)], 'must be a list of Regions, or all')),
  expectAccount: v.optional(listOf(account)),
  sources: v.optional(
    byName(
      v.string(),
      v.strictObject({ profile: v.optional(text), enabled: v.optional(yes) }),
      'must hold sources by their id',
    ),
  ),
  tail: v.optional(
    v.strictObject({
      enabled: v.optional(yes),
      maxSessions: v.optional(
        v.pipe(
          v.number('must be a number'),
          v.integer('must be a whole number'),
          v.minValue(0, 'must be 0 to 10'),
          v.maxValue(10, 'must be 0 to 10'),
        ),
      ),
      idleMinutes: v.optional(v.pipe(v.number('must be a number of minutes'), v.minValue(1, 'must be 1 or more'))),
    }),
  ),
  members: v.optional(
    v.strictObject({
      roleArn: v.pipe(
        text,
        v.regex(/^arn:[^:]+:iam::\{account\}:role\/.+$/, 'must be a role ARN with {account} for the account'),
      ),
      externalId: v.optional(text),
      accounts: v.array(account, 'must be a list of account ids'),
    }),
  ),
  contain: v.optional(
    v.strictObject({
      breakGlass: v.optional(listOf(text)),
      protectedTags: v.optional(listOf(text)),
      mostTargets: v.optional(
        v.pipe(
          v.number('must be a number'),
          v.integer('must be a whole number'),
          v.minValue(1, 'must be 1 to 100'),
          v.maxValue(100, 'must be 1 to 100'),
        ),
      ),
    }),
  ),
  lookupPerSecond: v.optional(
    v.pipe(v.number('must be a number'), v.minValue(0.1, 'must be 0.1 to 2'), v.maxValue(2, 'must be 0.1 to 2')),
  ),
  rules: v.optional(listOf(text)),
  theme: v.optional(oneOf(themeNames)),
  ascii: v.optional(yes),
  times: v.optional(oneOf(['utc', 'local'])),
  screenReader: v.optional(yes),
  mouse: v.optional(yes),
  title: v.optional(yes),
  // Without quotes YAML 1.1 would have made a truth value of it; people write what they are used to.
  notify: v.optional(oneOf(noticeKinds)),
  notifyFrom: v.optional(oneOf(noticeSeverities)),
  keys: v.optional(byName(text, listOf(key), 'must hold keys by the name of what they do')),
  accounts: v.optional(
    byName(
      accountName,
      v.strictObject({
        name: v.optional(text),
        colour: v.optional(oneOf(accountColours)),
        production: v.optional(yes),
      }),
      'must hold accounts by their id',
    ),
  ),
  filters: v.optional(byName(text, text, 'must hold filters by name')),
});

/** What was parsed, and where a member of it stands. */
export interface ParsedConfig {
  readonly config: OperatorConfig;
  /** `file:line:column` of the named member, or of the nearest part of it that is there. */
  readonly at: (member: readonly string[]) => string;
}

/**
 * YAML to a configuration. https://yaml.org/spec/1.2.2/
 *
 * @param sourceIds Sources that there are; without them any name is taken.
 * @throws UsageError `file:line:column: member: problem`.
 */
export function parseConfig(source: string, path: string, sourceIds?: readonly string[]): ParsedConfig {
  const lines = new LineCounter();
  // Names are text, also those that look like numbers: an account's id keeps its first zero.
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const place = (offset: number | undefined) => {
    if (offset === undefined) return path;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const at = (member: readonly string[]) => place(offsetOf(document.contents, member));
  const [broken] = document.errors;
  if (broken) throw problem(place(broken.pos[0]), brokenWords(broken, source));
  const value = dataOf(document, place);
  if (value === null || value === undefined) return { config: { path }, at };
  if (typeof value !== 'object' || Array.isArray(value)) throw problem(path, 'must hold members, one a line');
  const result = v.safeParse(schema, value);
  if (result.success) {
    const unknown = sourceIds && Object.keys(result.output.sources ?? {}).find((id) => !sourceIds.includes(id));
    if (unknown === undefined) return { config: { path, ...result.output }, at };
    throw problem(
      at(['sources', unknown]),
      `sources.${unknown}: there is no such source`,
      instead(unknown, sourceIds ?? []),
    );
  }
  const [issue] = result.issues;
  const keys = (issue.path ?? []).map((part) => String(part.key));
  const where = at(keys);
  const member = keys.join('.');
  // What valibot expects where a member is not known.
  if (issue.type === 'strict_object' && issue.expected === 'never')
    throw problem(where, `${member}: is not known`, instead(keys.at(-1) ?? '', namesAt(schema, keys.slice(0, -1))));
  if (issue.type === 'picklist' && issue.received !== 'undefined')
    throw problem(where, `${member}: ${issue.message}`, instead(String(issue.input), optionsOf(issue.expected)));
  const missing = issue.input === undefined && issue.received === 'undefined';
  const what = issue.type === 'strict_object' && !missing ? 'must hold members of its own' : issue.message;
  throw problem(where, `${member}: ${missing ? 'is missing' : what}`);
}

/** What is wrong, where the parser speaks to programmers. */
function brokenWords({ code, message, pos: [from, to] }: YAMLError, source: string): string {
  switch (code) {
    case 'DUPLICATE_KEY': {
      const [name = ''] = /^[^\s:]+/.exec(source.slice(from)) ?? [];
      return `${name || 'a name'} stands here a second time`;
    }
    case 'MULTIPLE_DOCS':
      return 'a second document begins here';
    case 'NON_STRING_KEY':
      return `${source.slice(from, to + 1).trim() || 'this'} is no name`;
    default:
      return message.split('\n')[0] ?? 'is not YAML';
  }
}

/** The document as data. @throws UsageError an alias in it means nothing, or so many are used that it would grow without end. */
function dataOf(document: ReturnType<typeof parseDocument>, place: (offset: number | undefined) => string): unknown {
  try {
    return document.toJS({ maxAliasCount: 20 });
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    let alias: { readonly source: string; readonly at: number | undefined } | undefined;
    const isUnresolved = error.message.startsWith('Unresolved');
    visit(document, {
      Alias(_key, node) {
        if (isUnresolved && node.resolve(document)) return undefined;
        alias = { source: node.source, at: node.range?.[0] };
        return visit.BREAK;
      },
    });
    const name = alias ? `*${alias.source}` : 'an alias';
    throw problem(
      place(alias?.at),
      isUnresolved ? `${name} stands for nothing above it` : `${name} and other aliases are used too often`,
      [isUnresolved ? `Write &${alias?.source ?? 'name'} before what it stands for, or quote it` : 'Write it out'],
    );
  }
}

/** The nearest name where one is near, else all that there are. */
export function instead(word: string, known: readonly string[]): readonly string[] {
  const meant = nearest(word, known);
  return [meant === undefined ? `Use one of ${known.join(', ')}` : `Did you mean ${meant}?`];
}

/** `("a" | "b")` as valibot says it. */
const optionsOf = (expected: string | null): readonly string[] =>
  [...(expected ?? '').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);

/** The names that may stand below a member. */
function namesAt(from: v.GenericSchema, keys: readonly string[]): readonly string[] {
  let at: unknown = from;
  for (const key of ['', ...keys]) {
    if (key !== '') at = entriesOf(at)?.[key] ?? itemOf(at);
    while ((at as { readonly wrapped?: unknown } | undefined)?.wrapped)
      at = (at as { readonly wrapped: unknown }).wrapped;
  }
  return Object.keys(entriesOf(at) ?? {});
}

/** What a record holds, also one whose shape is looked at first. */
const itemOf = (of: unknown): unknown => {
  const { value, pipe } = of as { readonly value?: unknown; readonly pipe?: readonly { readonly value?: unknown }[] };
  return value ?? pipe?.find((step) => step.value !== undefined)?.value;
};

const entriesOf = (of: unknown): { readonly [name: string]: unknown } | undefined =>
  (of as { readonly entries?: { readonly [name: string]: unknown } } | undefined)?.entries;

/** Where the named member begins: its key, or the nearest part of it that is there. */
function offsetOf(contents: unknown, keys: readonly string[]): number | undefined {
  let node: unknown = contents;
  let offset: number | undefined;
  for (const key of keys) {
    if (!isMap(node)) return offset;
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (!pair) return offset;
    offset = isScalar(pair.key) ? pair.key.range?.[0] : offset;
    node = pair.value;
  }
  return offset;
}
