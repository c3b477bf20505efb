/**
 * Writes `src/linking/sagemaker-model.ts`: what SageMaker's linker knows of the API, as data. Operations and the members that name things
 * come from the SDK that is installed; formats of ARNs from AWS's Service Authorization Reference as JSON (`resources.<type>.arn`), or,
 * without that file, from what was written before. Run it after each update of `@aws-sdk/client-sagemaker`.
 *
 *     node src/dev/sagemaker-model.ts [--definition FILE]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as sdk from '@aws-sdk/client-sagemaker';
import { resourceTypes as before } from '../linking/sagemaker-model.ts';

const target = new URL('../linking/sagemaker-model.ts', import.meta.url);

/** What the SDK's schemas call a thing, where that is not the resource type of IAM without its hyphens. */
const aliases: { readonly [word: string]: string } = {
  trial: 'experiment-trial',
  trialcomponent: 'experiment-trial-component',
  trackingserver: 'mlflow-tracking-server',
  lifecycleconfig: 'notebook-instance-lifecycle-config',
  modelpackageversion: 'model-package',
  monitoringalert: 'monitoring-schedule-alert',
  resourcecatalog: 'sagemaker-catalog',
  job: 'job',
};
/** `OwnerUserProfileName`, `ParentHyperParameterTuningJobName`: the same kind in a part to play. */
const parts = /^(?:owner|parent|source|sagemakerpublic)/;
/** Members that name something without saying so by their ending, and those of the runtime APIs, which are other clients. */
const more: { readonly [member: string]: string } = {
  defaultcoderepository: 'code-repository',
  additionalcoderepositories: 'code-repository',
  modelnameoverride: 'model',
  humanloopname: 'human-loop',
  devicenames: 'device',
};
/** What is said of an operation by hand: its name speaks of one thing, and it is about another. */
const exceptions: { readonly [operation: string]: string } = {
  // The URL is the profile's; the domain is where it lives.
  CreatePresignedDomainUrl: 'user-profile',
  AddAssociation: '* sourcearn destinationarn',
  DeleteAssociation: '* sourcearn destinationarn',
  QueryLineage: '* startarns',
  // Optional, and still the only thing that the list is of.
  ListPipelineExecutionSteps: 'pipeline-execution',
};
/** Words that name whatever the operation is about. */
const common = new Set(['name', 'arn', 'jobname', 'jobdefinitionname', 'jobarn']);
const anyArn = new Set(['resourcearn', 'resourceidentifier']);

type Schema = readonly unknown[];
const schemas = Object.entries(sdk as { readonly [name: string]: unknown }).filter(
  (entry): entry is [string, Schema] => entry[0].endsWith('$') && Array.isArray(entry[1]),
);
const resolved = (schema: unknown): unknown => (typeof schema === 'function' ? (schema as () => unknown)() : schema);
/** A text, or a list of texts: shapes 0 and 64, or a simple shape with traits. */
const isText = (schema: unknown): boolean => {
  const shape = resolved(schema);
  if (shape === 0 || shape === 64) return true;
  return Array.isArray(shape) && (shape[0] === 0 || (shape[0] === 1 && isText(shape[4])));
};
const membersOf = (structure: unknown): readonly (readonly [name: string, schema: unknown])[] => {
  const shape = resolved(structure);
  if (!Array.isArray(shape) || (shape[0] !== 3 && shape[0] !== 4)) return [];
  return (shape[4] as readonly string[]).map((name, at) => [name, (shape[5] as readonly unknown[])[at]] as const);
};

/** How many of a structure's members, the first ones, must be there. */
const requiredOf = (structure: unknown): number => Number((resolved(structure) as Schema)[6] ?? 0);

/** `pipeline/${PipelineName}/execution/${RandomString}` as `pipeline/{pipelinename}/execution/{}`: the last gap is the resource's own. */
function pathOf(arn: string): string {
  const path = /\{Account\}:(.+)$/.exec(arn)?.[1] ?? '';
  const last = path.lastIndexOf('$');
  const own = /Id}$/.test(path) ? '{id}' : /Name}$/.test(path) ? '{name}' : '{}';
  return `${path.slice(0, last).replaceAll(/\$\{(\w+)\}/g, (_, name: string) => `{${name.toLowerCase()}}`)}${own}`;
}

function typesOf(definition: string | undefined): { readonly [type: string]: string } {
  if (definition === undefined) return before;
  const { sagemaker } = JSON.parse(readFileSync(definition, 'utf8')) as {
    readonly sagemaker: { readonly resources: { readonly [type: string]: { readonly arn: string } } };
  };
  return Object.fromEntries(
    Object.entries(sagemaker.resources)
      .map(([type, { arn }]) => [type, pathOf(arn)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** The file's text. A function of the SDK and the formats, so that a test can say whether it is stale. */
export function sagemakerModel(types: { readonly [type: string]: string }): string {
  const words = new Map<string, string>([
    ...Object.keys(types).map((type) => [type.replaceAll('-', ''), type] as const),
    ...Object.entries(aliases),
  ]);
  const typeOf = (member: string): string | undefined => {
    const name = member.toLowerCase();
    if (more[name]) return more[name];
    const [, part, ending] = /^(.+?)(name|arn|id|identifier)(?:s|list|equals)?$/.exec(name) ?? [];
    const word = part?.replace(parts, '');
    const type = word === undefined || word === 'job' ? undefined : words.get(word);
    // `ImageId` is EC2's and `ProjectId` says nothing that an ARN holds: an id counts where the ARN ends in one.
    return ending === 'id' && type !== undefined && !types[type]?.endsWith('{id}') ? undefined : type;
  };
  const members = new Map<string, string>(Object.entries(more));
  for (const [, schema] of schemas)
    for (const [name, shape] of membersOf(schema)) {
      const type = isText(shape) ? typeOf(name) : undefined;
      // An ARN says itself what it is of.
      if (type !== undefined && !/arn(?:s|list|equals)?$/i.test(name)) members.set(name.toLowerCase(), type);
    }
  const operations = new Map<string, string>();
  for (const [name, schema] of schemas) {
    if (schema[0] !== 9) continue;
    const operation = name.slice(0, -1);
    const about =
      exceptions[operation] ?? aboutOf(operation, membersOf(schema[4]), requiredOf(schema[4]), words, typeOf);
    if (about !== undefined) operations.set(operation, about);
  }
  const table = (entries: Iterable<readonly [string, string]>) =>
    [...entries]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => `  ${/^\w+$/.test(key) ? key : `'${key}'`}: '${value}',\n`)
      .join('');
  return `// Written by src/dev/sagemaker-model.ts

/**
 * Resource types of IAM and what follows the account in their ARNs. \`{domainid}\` is the request's member of that name; the last gap is the
 * resource's own: \`{name}\` its name, \`{id}\` an id that AWS gives, which no name tells, \`{}\` something else.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export const resourceTypes: { readonly [type: string]: string } = {
${table(Object.entries(types))}};

/** Members that name a resource, in lower case, and of which type. */
export const members: { readonly [member: string]: string } = {
${table(members)}};

/**
 * What each operation is about: a type (\`*\`: whatever the ARN is of), and the members that name it where their own words do not say so.
 * Operations that name nothing are not listed.
 */
export const operations: { readonly [operation: string]: string } = {
${table(operations)}};
`;
}

const verbs =
  /^(?:BatchAdd|BatchDelete|BatchDescribe|BatchReboot|BatchReplace|Create(?:Presigned)?|Describe|Delete|Update|Start|Stop|List|Get|Put|Import|Register|Deregister|Attach|Detach|Associate|Disassociate|Retry|Send|Extend|Search|Query|Render|Add)/;
const creating = /^(?:Create|Start|Import|Register|Retry|Send)/;

function aboutOf(
  operation: string,
  input: ReturnType<typeof membersOf>,
  required: number,
  words: ReadonlyMap<string, string>,
  typeOf: (member: string) => string | undefined,
): string | undefined {
  const noun = operation.replace(verbs, '').toLowerCase();
  const exact = words.get(noun) ?? words.get(noun.replace(/s$/, ''));
  const ofNoun =
    exact ??
    [...words.keys()]
      .filter((word) => word !== 'job' && noun.startsWith(word))
      .map((word) => [word.length, words.get(word)] as const)
      .sort(([a], [b]) => b - a)[0]?.[1];
  // What a list may be narrowed by is not what it is about.
  const said = /^(?:List|Search)/.test(operation) ? input.slice(0, required) : input;
  const texts = said.filter(([, schema]) => isText(schema)).map(([name]) => name);
  const any = texts.filter((name) => anyArn.has(name.toLowerCase()));
  if (any.length > 0) return `* ${any.join(' ').toLowerCase()}`;
  const named = texts.flatMap((name) => typeOf(name) ?? []);
  const byArn = texts.filter((name) => name === 'Arn');
  const byCommonWord = byArn.length > 0 ? byArn : texts.filter((name) => common.has(name.toLowerCase()));
  if (byCommonWord.length > 0 && ofNoun !== undefined && !named.includes(ofNoun))
    return `${ofNoun} ${byCommonWord.join(' ').toLowerCase()}`;
  if (
    exact !== undefined &&
    (named.includes(exact) ||
      creating.test(operation) ||
      /^(?:Delete|Describe|Update)ImageVersion$|^(?:Dereg|Update)\w*Devices$/.test(operation))
  )
    return exact;
  return ofNoun !== undefined && named.includes(ofNoun) ? ofNoun : named[0];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values } = parseArgs({ options: { definition: { type: 'string' } } });
  writeFileSync(target, sagemakerModel(typesOf(values.definition)));
}
