import * as v from 'valibot';
import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { type OperatorConfig, problem } from './operator-config.ts';

const text = v.pipe(v.string('must be text'), v.nonEmpty('must not be empty'));
// An id that begins with 0 and stands without quotes is a number for YAML.
const account = v.pipe(
  v.union([v.string(), v.number()], 'must be an account id of 12 digits'),
  v.transform((value) => String(value).padStart(Number(value) >= 1e9 ? 12 : 0, '0')),
  v.regex(/^\d{12}$/, 'must be an account id of 12 digits'),
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

const schema = v.strictObject({
  profiles: v.optional(listOf(text)),
  regions: v.optional(v.union([v.literal('all'), listOf(text)], 'must be a list of Regions, or all')),
  expectAccount: v.optional(listOf(account)),
  sources: v.optional(
    v.record(
      v.string(),
      v.strictObject({ profile: v.optional(text), enabled: v.optional(v.boolean('must be true or false')) }),
    ),
  ),
  tail: v.optional(
    v.strictObject({
      enabled: v.optional(v.boolean('must be true or false')),
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
});

/** What each part of the file may hold, for "did you mean". */
const members: { readonly [parent: string]: readonly string[] } = {
  '': Object.keys(schema.entries),
  tail: ['enabled', 'maxSessions', 'idleMinutes'],
  members: ['roleArn', 'externalId', 'accounts'],
  contain: ['breakGlass', 'mostTargets'],
};

/**
 * YAML to a configuration. https://yaml.org/spec/1.2.2/
 *
 * @param sourceIds Sources that there are; without them any name is taken.
 * @throws UsageError `file:line:column: member: problem`.
 */
export function parseConfig(source: string, path: string, sourceIds?: readonly string[]): OperatorConfig {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number | undefined) => {
    if (offset === undefined) return path;
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken) throw problem(at(broken.pos[0]), broken.message.split('\n')[0] ?? 'is not YAML');
  const value: unknown = document.toJS({ maxAliasCount: 20 });
  if (value === null || value === undefined) return { path };
  if (typeof value !== 'object' || Array.isArray(value)) throw problem(path, 'must hold members, one a line');
  const result = v.safeParse(schema, value);
  if (result.success) {
    const unknown = sourceIds && Object.keys(result.output.sources ?? {}).find((id) => !sourceIds.includes(id));
    if (unknown === undefined) return { path, ...result.output };
    const where = at(offsetOf(document.contents, ['sources', unknown]));
    throw problem(where, `sources.${unknown}: there is no such source`, [`Use one of ${sourceIds?.join(', ')}`]);
  }
  const [issue] = result.issues;
  const keys = (issue.path ?? []).map(({ key }) => String(key));
  const where = at(offsetOf(document.contents, keys));
  const member = keys.join('.');
  // What valibot expects where a member is not known.
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    const known = members[keys.slice(0, -1).join('.')] ?? ['profile', 'enabled'];
    throw problem(where, `${member}: is not known`, [`Use one of ${known.join(', ')}`]);
  }
  const missing = issue.input === undefined && issue.received === 'undefined';
  const what = issue.type === 'strict_object' && !missing ? 'must hold members of its own' : issue.message;
  throw problem(where, `${member}: ${missing ? 'is missing' : what}`);
}

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
