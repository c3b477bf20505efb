/**
 * `npm run generate`: writes what can be derived from the files themselves, the catalogues of everything that is added by adding a file
 * and the tables of actions and keys in the README. `--check` writes nothing and exits with 1, naming what is stale.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { ContainmentAction } from '../containment/action.ts';
import type { Playbook } from '../containment/playbook.ts';
import { readYaml } from '../detection/read-yaml.ts';
import { classWords } from '../model/action-class.ts';

/** A folder whose files are the entries of a list. */
interface Catalogue {
  /** The file to write, from the repository's root. */
  readonly file: string;
  /** Where the entries lie, from the catalogue's folder; every `.ts` file with a default export is one. */
  readonly entries: string;
  /** Entries lie one folder deeper, a folder a family. */
  readonly nested?: true;
  readonly name: string;
  readonly type: string;
  /** From the catalogue's folder. */
  readonly typeFrom: string;
  readonly comment: string;
}

/** Every catalogue that is written. `cli/commands/catalogue.ts` is not: it holds usage lines and loads lazily. */
const catalogues: readonly Catalogue[] = [
  {
    file: 'src/containment/catalogue.ts',
    entries: './actions/',
    name: 'actions',
    type: 'ContainmentAction',
    typeFrom: './action.ts',
    comment: 'Every containment action, in order of their ids.',
  },
  {
    file: 'src/containment/playbooks/catalogue.ts',
    entries: './',
    name: 'playbooks',
    type: 'Playbook',
    typeFrom: '../playbook.ts',
    comment: 'Every playbook, in order of their ids.',
  },
  {
    file: 'src/sources/catalogue.ts',
    entries: './',
    name: 'sources',
    type: 'EventSource',
    typeFrom: './source.ts',
    comment: 'Every source, sorted by file name.',
  },
  {
    file: 'src/linking/catalogue.ts',
    entries: './linkers/',
    name: 'linkers',
    type: 'Linker',
    typeFrom: './linker.ts',
    comment:
      'Every linker, by file name: names come before the ARNs that `generic` finds, and are the better spelling.',
  },
  {
    file: 'src/inventory/catalogue.ts',
    entries: './kinds/',
    name: 'kinds',
    type: 'InventoryKind',
    typeFrom: './kind.ts',
    comment: 'Every kind of thing that can be looked at, sorted by file name; `order` says what is listed first.',
  },
  {
    file: 'src/focus/alerts/catalogue.ts',
    entries: './',
    name: 'alertFormats',
    type: 'AlertFormat',
    typeFrom: '../alert.ts',
    comment: 'Every format of alerts, sorted by file name; no two take the same object.',
  },
  {
    file: 'src/posture/catalogue.ts',
    entries: './checks/',
    name: 'checks',
    type: 'Check',
    typeFrom: './check.ts',
    comment: 'Every posture check, sorted by file name.',
  },
  {
    file: 'src/report/sections/catalogue.ts',
    entries: './',
    name: 'sections',
    type: 'ReportSection',
    typeFrom: '../section.ts',
    comment: 'Every section, sorted by file name; `order` says where it stands in the report.',
  },
  {
    file: 'src/report/exports/catalogue.ts',
    entries: './',
    name: 'exportFormats',
    type: 'ExportFormat',
    typeFrom: '../export-format.ts',
    comment: 'Every export format, sorted by file name.',
  },
  {
    file: 'src/range/scenarios/catalogue.ts',
    entries: './',
    name: 'scenarios',
    type: 'Scenario',
    typeFrom: './scenario.ts',
    comment: 'Every scenario, sorted by file name.',
  },
  {
    file: 'src/range/services/catalogue.ts',
    entries: './',
    nested: true,
    name: 'operations',
    type: 'Operation',
    typeFrom: '../operation.ts',
    comment: 'Every simulated operation, sorted by service and file name.',
  },
];

const LINE_WIDTH = 120;

/** The text of every generated file that can be generated now, by its path from the root. */
export async function generated(root: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const catalogue of catalogues) {
    const folder = `${root}${catalogue.file.replace(/[^/]+$/, '')}`;
    if (existsSync(folder) && existsSync(new URL(catalogue.typeFrom, pathToFileURL(folder))))
      texts.set(catalogue.file, catalogueText(catalogue, entriesOf(catalogue, folder)));
  }
  texts.set('src/detection/built-in.json', builtInRules(`${root}src/detection/rules/`));
  const readme = `${root}README.md`;
  if (existsSync(readme)) {
    const text = readFileSync(readme, 'utf8');
    const help = `${root}hooks/help.ts`;
    const { keyTable } = (await import(help)) as { keyTable(): string };
    const catalogue = `${root}src/containment/playbooks/catalogue.ts`;
    const { playbooks } = (await import(catalogue)) as { playbooks: readonly Playbook[] };
    const withActions = withPart(text, 'actions', actionTable(await actionsOf(root)));
    texts.set('README.md', withPart(withPart(withActions, 'playbooks', playbookTable(playbooks)), 'keys', keyTable()));
  }
  return texts;
}

/** The rules as data, a document a line: no thread parses YAML at start, and Node cannot import it. @throws when one is not YAML. */
function builtInRules(folder: string): string {
  const documents = readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .sort()
    .flatMap((file) => {
      const read = readYaml(readFileSync(folder + file, 'utf8'), `src/detection/rules/${file}`);
      if (read.unreadable.length > 0) throw new Error(`${file}: ${read.unreadable[0]!.problem}`);
      return read.documents.map(({ file: path, value, lineOf }) => ({ file: path, line: lineOf([]), value }));
    });
  return `[\n${documents.map((document) => JSON.stringify(document)).join(',\n')}\n]\n`;
}

/** Replaces what stands between `<!-- generated:<part> -->` and the next `<!-- /generated -->`; text without the markers stays as it is. */
export function withPart(text: string, part: string, content: string): string {
  const open = `<!-- generated:${part} -->`;
  const from = text.indexOf(open);
  const to = text.indexOf('<!-- /generated -->', from);
  return from < 0 || to < 0 ? text : `${text.slice(0, from)}${open}\n\n${content}\n\n${text.slice(to)}`;
}

/** Module paths of a catalogue's entries, from its folder. */
function entriesOf({ entries, nested }: Catalogue, folder: string): readonly string[] {
  const start = new URL(entries, pathToFileURL(folder));
  if (!existsSync(start)) return [];
  const paths = nested
    ? readdirSync(start, { withFileTypes: true })
        .filter((child) => child.isDirectory())
        .flatMap(({ name }) => readdirSync(new URL(`${name}/`, start)).map((file) => `${name}/${file}`))
    : readdirSync(start);
  return paths
    .filter((path) => path.endsWith('.ts') && !path.endsWith('catalogue.ts'))
    .filter((path) => /^export default|\bas default\b/m.test(readFileSync(new URL(path, start), 'utf8')))
    .sort(byPath)
    .map((path) => `${entries}${path}`);
}

/** Entries stand in the order of their ids, which is not always Biome's order of imports (a dash before a dot). */
const generatedHead = [
  '// Written by npm run generate',
  '// biome-ignore-all assist/source/organizeImports: in order of ids',
];

function catalogueText({ name, type, typeFrom, comment }: Catalogue, paths: readonly string[]): string {
  const modules = paths.map((path) => ({ path, local: localName(path) }));
  const imports = [
    { path: typeFrom, line: `import type { ${type} } from '${typeFrom}';` },
    ...modules.map(({ path, local }) => ({ path, line: `import ${local} from '${path}';` })),
  ].sort((a, b) => byPath(a.path, b.path));
  const head = `export const ${name}: readonly ${type}[] = [`;
  const locals = modules.map(({ local }) => local);
  const short = `${head}${locals.join(', ')}].flat();`;
  const list =
    short.length <= LINE_WIDTH ? short : [head, ...locals.map((local) => `  ${local},`), '].flat();'].join('\n');
  return [...generatedHead, ...imports.map(({ line }) => line), '', `/** ${comment} */`, list, ''].join('\n');
}

/** `./iam/get-role.ts` is `iamGetRole`; a word that JavaScript keeps for itself gets an `Entry`. */
function localName(path: string): string {
  const words = path
    .replace(/^\.\/(?:actions\/|checks\/|linkers\/|kinds\/)?/, '')
    .replace(/\.ts$/, '')
    .split(/[^A-Za-z0-9]+/);
  const joined = words
    .map((word, index) => (index === 0 ? word : word.slice(0, 1).toUpperCase() + word.slice(1)))
    .join('');
  return reserved.has(joined) ? `${joined}Entry` : joined;
}

const reserved = new Set(['delete', 'default', 'export', 'import', 'switch', 'function', 'new', 'case', 'in', 'do']);

/** Biome's order of imports: far folders first, then by text, a name before the names that it begins. */
function byPath(a: string, b: string): number {
  const far = Number(b.startsWith('../')) - Number(a.startsWith('../'));
  if (far !== 0) return far;
  const [left, right] = [a.replace(/\.ts$/, ''), b.replace(/\.ts$/, '')];
  return left < right ? -1 : left > right ? 1 : 0;
}

async function actionsOf(root: string): Promise<readonly ContainmentAction[]> {
  const path = `${root}src/containment/actions/`;
  if (!existsSync(path)) return [];
  const files = readdirSync(path).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(
    files.map(
      (file) =>
        import(pathToFileURL(path + file).href) as Promise<{
          readonly default: ContainmentAction | readonly ContainmentAction[];
        }>,
    ),
  );
  return modules.flatMap((module) => module.default).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function actionTable(actions: readonly ContainmentAction[]): string {
  const rows = actions.map(
    (action) =>
      `| \`${action.id}\` | ${action.title} | ${classWords[action.class]} | ${action.reversible ? 'yes' : 'no'} |`,
  );
  return ['| id | what it does | class | undo |', '|---|---|---|---|', ...rows].join('\n');
}

function playbookTable(playbooks: readonly Playbook[]): string {
  const rows = playbooks.map(
    ({ id, title, appliesTo }) =>
      `| \`${id}\` | ${title} | ${appliesTo.map((kind) => kind.replace('sagemaker.', '')).join(', ')} |`,
  );
  return ['| id | for | started on |', '|---|---|---|', ...rows].join('\n');
}

if (import.meta.main) {
  const root = new URL('../../', import.meta.url).pathname;
  const check = process.argv.includes('--check');
  let stale = 0;
  for (const [file, text] of await generated(root)) {
    if (existsSync(root + file) && readFileSync(root + file, 'utf8') === text) continue;
    stale += 1;
    process.stderr.write(check ? `${file} is stale\n` : `${file} written\n`);
    if (!check) writeFileSync(root + file, text);
  }
  if (check && stale > 0) {
    process.stderr.write('Run npm run generate\n');
    process.exitCode = 1;
  }
}
