import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ContainmentAction } from '../src/containment/action.ts';
import { generated, withPart } from '../src/dev/generate.ts';

const root = new URL('..', import.meta.url).pathname;

/** What a folder may import besides itself. `types`: folders, or single modules, of which only types. `npm`: whole package names. */
interface Reach {
  readonly values: readonly string[];
  readonly types?: readonly string[];
  readonly npm?: readonly string[];
}

const base = ['model', 'shared'];
const everything = ['*'];
/** The reading half of the door, and the shapes of its answers: types only, so no SDK is loaded. */
const door = ['aws/aws.ts', 'aws/operations.ts'];

/** The table of `interfaces.md`, with what building it has taught. `range` shares no code with what it judges. */
const reach: { readonly [folder: string]: Reach } = {
  model: { values: ['shared'] },
  shared: { values: ['model'] },
  filter: { values: base },
  normalise: { values: base },
  linking: { values: base },
  /** Linear-time regular expressions; YAML is read in one place, and only when somebody brings rules. */
  // What a record names is one question, for rules about brought indicators and for the report that tells of them.
  detection: { values: [...base, 'filter', 'indicators/held.ts'], npm: ['re2js', 'yaml'] },
  /** Pure over what was read; reads go through the inventory's looks, so that the account is read one way. */
  posture: { values: [...base, 'inventory', 'policy'], types: door },
  /** Pure: what to look for elsewhere, of events and records; read by the console, the command line and the report alike. */
  indicators: { values: [...base, 'filter'] },
  /** What a policy of ours would do to a recorded call: read by the store, where calls are counted, and by whoever plans. */
  policy: { values: base },
  config: { values: base, npm: ['yaml', 'valibot'] },
  aws: { values: base, npm: ['@aws-sdk/'] },
  sources: { values: base, types: door },
  inventory: { values: base, types: door },
  /** Reads what a responder holds: one place knows what an ARN names, one how a member of foreign JSON is read. */
  focus: {
    values: [...base, 'filter', 'linking/arn-resource.ts', 'normalise/member.ts'],
    types: ['aws/aws.ts', 'sources/source.ts'],
  },
  containment: { values: [...base, 'inventory', 'policy'], types: [...door, 'store/journal.ts'] },
  store: { values: [...base, 'filter', 'policy'] },
  ingest: { values: [...base, 'normalise', 'linking', 'detection', 'store'] },
  report: {
    values: [...base, 'indicators'],
    types: ['containment', 'session/snapshot.ts', 'filter'],
    npm: ['date-fns/'],
  },
  /** What leaves as a whole and comes back: it holds reports, journals and records against each other. */
  evidence: { values: [...base, 'report', 'store', 'session', 'ingest'] },
  session: {
    values: [
      ...base,
      'sources',
      'ingest',
      'filter',
      'focus',
      'inventory',
      'config',
      'normalise',
      'linking',
      'detection',
      'posture',
      'policy',
      'containment',
      'store',
      'report',
      'indicators',
    ],
    types: ['aws/aws.ts'],
  },
  range: { values: base },
  cli: { values: everything, npm: ['ink', 'react', 'date-fns/'] },
  // The SDK: `sagemaker-model` reads the shapes of its operations.
  dev: { values: everything, npm: ['ink', 'react', 'rolldown', '@xterm/', '@aws-sdk/'] },
  hooks: {
    values: [...base, 'filter', 'indicators/predicate.ts'],
    types: [
      'session',
      'detection/detection.ts',
      'focus/starting-point.ts',
      'inventory/inventory.ts',
      'inventory/enrichment.ts',
      'inventory/users-of.ts',
      'containment/action.ts',
      'containment/containment.ts',
      'containment/hand-off.ts',
      'containment/playbook.ts',
      'store/queries.ts',
      'sources/source.ts',
    ],
    npm: ['react', 'ink', 'date-fns/'],
  },
  views: {
    values: [...base, 'hooks'],
    // What AWS says now is drawn as it is; the shapes are the session's.
    types: [
      'session',
      'inventory/inventory.ts',
      'inventory/enrichment.ts',
      'containment/action.ts',
      'containment/containment.ts',
      'containment/hand-off.ts',
      'containment/playbook.ts',
    ],
    npm: ['react', 'ink', 'date-fns/'],
  },
};

/** Single modules that may be imported as values although their folder may not. */
const exceptions: readonly { readonly from: string; readonly to: string; readonly why: string }[] = [
  { from: 'report', to: 'filter/print.ts', why: 'the report says in words which filter made it' },
];

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const files = ['src', 'hooks', 'views'].flatMap((folder) =>
  existsSync(root + folder)
    ? readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => /\.tsx?$/.test(path))
        .map((path) => `${folder}/${path}`)
    : [],
);

/** Finds every import: of values, of types, for effect, dynamic, re-exported, and `import('…')` in types. */
function importsOf(file: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const code = withoutComments(text);
  for (const [, keyword, clause = '', specifier = ''] of code.matchAll(
    /^[ \t]*(import|export)\b([^'"`;()]*?\bfrom\s*)['"]([^'"]+)['"]/gm,
  )) {
    const named =
      /\{([^}]*)\}/
        .exec(clause)?.[1]
        ?.split(',')
        .map((name) => name.trim())
        .filter(Boolean) ?? [];
    const allTypes = named.length > 0 && /^\s*\{/.test(clause) && named.every((name) => name.startsWith('type '));
    found.push({
      file,
      specifier,
      typeOnly: /^\s*type\b(?!\s+from\b)/.test(clause) || (keyword === 'import' && allTypes),
    });
  }
  for (const [, specifier = ''] of code.matchAll(/^[ \t]*import\s*['"]([^'"]+)['"]/gm))
    found.push({ file, specifier, typeOnly: false });
  for (const [, before = '', specifier = ''] of code.matchAll(/(typeof\s+|:\s*)?\bimport\(\s*['"`]([^'"`]+)['"`]/g))
    found.push({ file, specifier, typeOnly: before !== '' });
  return found;
}

/** Leaves strings alone: `https://` is no comment. */
const withoutComments = (text: string): string =>
  text.replaceAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(),])\/\/[^\n]*/g, (match) =>
    match.startsWith('/') ? '' : match,
  );

const folderOf = (path: string): string =>
  path.startsWith('src/') ? (path.split('/')[1] ?? '') : (path.split('/')[0] ?? '');

/** Why an import is not allowed, or nothing. */
function fault({ file, specifier, typeOnly }: Import): string | undefined {
  const folder = folderOf(file);
  const allowed = reach[folder];
  if (!allowed) return `${folder} stands in no table`;
  if (specifier.startsWith('node:')) return undefined;
  if (builtinModules.includes(specifier)) return 'Node’s own modules are imported as node:…';
  if (!specifier.startsWith('.')) {
    if (specifier === 'date-fns') return 'date-fns is imported by subpath';
    const may = allowed.npm?.some((name) =>
      name.endsWith('/') ? specifier.startsWith(name) : specifier === name || specifier.startsWith(`${name}/`),
    );
    return may ? undefined : `${folder} may not import this package`;
  }
  if (!/\.(?:tsx?|json)$/.test(specifier)) return 'relative imports end in .ts or .tsx';
  const path = relative(root, resolve(root, dirname(file), specifier));
  if (path === 'package.json' || path.startsWith('..')) return `outside of the source: ${path}`;
  const target = folderOf(path);
  if (target === folder || allowed.values.includes('*')) return undefined;
  if (target === 'cli' || target === 'dev') return `nobody imports ${target}`;
  const within = path.replace(/^src\//, '');
  const covers = (entry: string) => entry === target || entry === within;
  if (allowed.values.some(covers)) return undefined;
  if (typeOnly && allowed.types?.some(covers)) return undefined;
  if (exceptions.some(({ from, to }) => from === folder && to === within)) return undefined;
  return `${folder} may not import ${typeOnly ? 'types' : 'values'} of ${within}`;
}

describe('who may import whom', () => {
  const imports = files.flatMap((file) => importsOf(file, readFileSync(root + file, 'utf8')));

  it('finds imports at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });

  it('every import stays within the table', () => {
    expect(
      imports.flatMap((one) => {
        const why = fault(one);
        return why ? [`${one.file}: '${one.specifier}': ${why}`] : [];
      }),
    ).toEqual([]);
  });

  it.each<[string, string, string | undefined]>([
    ['src/model/x.ts', "import { a } from '../aws/aws.ts';", 'model may not import values'],
    ['src/sources/x.ts', "import { a } from '../aws/aws.ts';", 'sources may not import values'],
    ['src/sources/x.ts', "import type { Aws } from '../aws/aws.ts';", undefined],
    ['src/sources/x.ts', "import { type Aws } from '../aws/aws.ts';", undefined],
    ['src/sources/x.ts', "import { type Aws, b } from '../aws/aws.ts';", 'sources may not import values'],
    ['src/sources/x.ts', "import type { A } from '../aws/client.ts';", 'sources may not import types'],
    ['src/sources/x.ts', "const a = await import('../aws/client.ts');", 'sources may not import values'],
    ['src/sources/x.ts', "import '../range/server.ts';", 'sources may not import values'],
    ['src/range/x.ts', "export * from '../containment/action.ts';", 'range may not import values'],
    ['src/store/x.ts', "import { S } from '@aws-sdk/client-sagemaker';", 'store may not import this package'],
    ['src/aws/x.ts', "type S = typeof import('@aws-sdk/client-sagemaker');", undefined],
    ['src/session/x.ts', "import React from 'react';", 'session may not import this package'],
    ['hooks/x.ts', "import {\n  useMemo,\n} from 'react';", undefined],
    ['hooks/x.ts', "import { x } from 'react-dom';", 'hooks may not import this package'],
    ['views/x.tsx', "import { format } from 'date-fns';", 'by subpath'],
    ['views/x.tsx', "import { a } from '../hooks/use-a';", 'end in .ts'],
    ['views/x.tsx', "import { a } from '../src/cli/main.ts';", 'nobody imports cli'],
    ['src/model/x.ts', "import fs from 'fs';", 'node:'],
    ['src/model/x.ts', "// import { a } from '../aws/aws.ts';\n/* import '../cli/main.ts' */", undefined],
  ])('%s with %s', (file, text, why) => {
    const faults = importsOf(file, text).map(fault);
    if (why === undefined) expect(faults.filter(Boolean)).toEqual([]);
    else expect(faults.join()).toContain(why);
  });
});

it('what may not be given on under our licence is used in tests only', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    readonly [kind: string]: { readonly [name: string]: string };
  };
  const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')) as {
    readonly packages: { readonly [path: string]: { readonly license?: string; readonly dev?: boolean } };
  };
  const strict = Object.entries(packages).filter(([, { license = '' }]) => /\bA?GPL\b/.test(license));
  expect(strict.filter(([, { dev }]) => !dev)).toEqual([]);
  // As a check of the check: the simulator that the range's IAM is held against is such a package.
  expect(strict.map(([path]) => path)).toContain('node_modules/@cloud-copilot/iam-simulate');
  expect(devDependencies?.['@cloud-copilot/iam-simulate']).toMatch(/^\d/);
  expect(dependencies?.['@cloud-copilot/iam-simulate']).toBeUndefined();
  const names = strict.map(([path]) => path.replace(/^.*node_modules\//, ''));
  expect(
    files.filter((file) =>
      importsOf(file, readFileSync(root + file, 'utf8')).some(({ specifier }) =>
        names.some((name) => specifier === name || specifier.startsWith(`${name}/`)),
      ),
    ),
  ).toEqual([]);
});

it('nothing prints behind the screen’s back', () => {
  const printing = files
    .filter((file) => /^(?:src|hooks|views)\//.test(file) && !file.startsWith('src/dev/'))
    .filter((file) =>
      /\bconsole\s*\.\s*(?:log|error|warn|info|debug|trace|dir|table|assert|time)\b/.test(
        withoutComments(readFileSync(root + file, 'utf8')),
      ),
    );
  expect(printing).toEqual([]);
});

describe('what is generated', () => {
  it('is fresh; else run npm run generate', async () => {
    const texts = await generated(root);
    expect(
      [...texts]
        .filter(([file, text]) => !existsSync(root + file) || readFileSync(root + file, 'utf8') !== text)
        .map(([file]) => file),
    ).toEqual([]);
  });

  it('replaces only what stands between its markers', () => {
    const text = 'a\n<!-- generated:x -->\nold\n<!-- /generated -->\nb\n<!-- generated:y -->\n<!-- /generated -->';
    const once = withPart(text, 'x', 'new');
    expect(once).toBe(
      'a\n<!-- generated:x -->\n\nnew\n\n<!-- /generated -->\nb\n<!-- generated:y -->\n<!-- /generated -->',
    );
    expect(withPart(once, 'x', 'new')).toBe(once);
    expect(withPart(text, 'z', 'new')).toBe(text);
  });
});

describe('what is added by adding a file', () => {
  const catalogues = files.filter((file) => file.endsWith('/catalogue.ts') && !file.startsWith('src/cli/'));

  it.each(catalogues)('%s has ids of their own', async (file) => {
    const module = (await import(root + file)) as { readonly [name: string]: unknown };
    for (const list of Object.values(module)) {
      const ids = (list as readonly { readonly id?: string }[]).flatMap(({ id }) => (id === undefined ? [] : [id]));
      expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    }
  });

  it('every action cites its AWS pages, and its file is named by its id', async () => {
    const { actions } = (await import(`${root}src/containment/catalogue.ts`)) as {
      readonly actions: readonly ContainmentAction[];
    };
    expect(actions.length).toBeGreaterThan(0);
    for (const { id, references } of actions) {
      expect(references.length, id).toBeGreaterThan(0);
      for (const reference of references) expect(reference, id).toMatch(/^https:\/\/docs\.aws\.amazon\.com\/\S+$/);
      expect(id).toMatch(/^[a-z0-9-]+(?:\.[a-z0-9-]+){2}$/);
    }
  });
});

it('the top of the repository holds only what it must', () => {
  const mandated = [
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'src',
    'views',
    'hooks',
    'test',
    'README.md',
    'LICENSE',
  ];
  const ignored = ['node_modules', 'dist'];
  expect(
    readdirSync(root).filter((name) => !name.startsWith('.') && ![...mandated, ...ignored].includes(name)),
  ).toEqual([]);
});
