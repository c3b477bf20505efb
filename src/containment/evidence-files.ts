import type { ResourceRef } from '../model/resource.ts';
import { sha256 } from '../shared/digest.ts';
import type { Json } from '../shared/json.ts';
import { readableDocument } from '../shared/policy-document.ts';
import type { EvidenceEvents } from './collect-events.ts';
import type { LogPointer } from './collect-logs.ts';
import type { TagsOf } from './collect-more.ts';
import type { TreeNode } from './collect-tree.ts';

/** One file of a collection. */
export interface EvidenceFile {
  /** Safe and unique within the collection, with `/` between its parts. */
  readonly path: string;
  /** What it is, in words; may hold names of AWS: pass `display` before a screen. */
  readonly what: string;
  readonly content: string;
}

/** Names files after what AWS calls things: hostile names become safe ones, and no two are the same, whatever the disk thinks of case. */
export function fileNamer(): (folder: string, name: string, extension: string) => string {
  const taken = new Set<string>();
  return (folder, name, extension) => {
    const safe =
      name
        .replaceAll(/[^A-Za-z0-9._-]+/g, '_')
        .replace(/^[._-]+/, '')
        .slice(0, 80) || 'unnamed';
    // What was changed beyond our own separators keeps its own identity: two names that look alike afterwards are told apart.
    const ours = name.replaceAll(/[ /:]/g, '_');
    const base = safe === ours ? safe : `${safe}-${sha256(name).slice(0, 8)}`;
    for (let count = 1; ; count += 1) {
      const path = `${folder}${base}${count === 1 ? '' : `-${count}`}${extension}`;
      const key = path.toLowerCase();
      if (taken.has(key)) continue;
      taken.add(key);
      return path;
    }
  };
}

interface Read {
  readonly read: { readonly name: string; readonly input: { readonly [member: string]: Json | undefined } };
  readonly answer?: Json;
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as { readonly [name: string]: unknown })[name] : undefined;

/** Lifecycle scripts are base64; what is none stays as it came. */
function scriptText(content: string): string {
  const bytes = Buffer.from(content, 'base64');
  const same = bytes.toString('base64').replace(/=+$/, '') === content.replaceAll(/\s/g, '').replace(/=+$/, '');
  return bytes.length > 0 && same ? bytes.toString('utf8') : content;
}

/** The files of one target: every answer as it came, and beside it what one wants to open first. Pure. */
export function evidenceFiles(found: {
  readonly snapshot: Json;
  readonly reads: readonly Json[];
  readonly nodes: readonly TreeNode[];
  readonly tags: readonly TagsOf[];
  readonly logs: readonly LogPointer[];
  readonly events: EvidenceEvents;
}): readonly EvidenceFile[] {
  const name = fileNamer();
  const files: EvidenceFile[] = [
    { path: 'reads.json', what: 'every answer of AWS, as it came', content: pretty(found.snapshot) },
    {
      path: 'tree.json',
      what: 'what it uses, with the operation that says so',
      content: pretty(treeJson(found.nodes)),
    },
    {
      path: 'tags.json',
      what: 'tags',
      content: pretty(found.tags.map(({ ref, tags }) => ({ ...refJson(ref), tags }))),
    },
    { path: 'logs.json', what: 'where its log lines lie, with first and last', content: pretty(found.logs) },
    {
      path: 'events.ndjson',
      what: `its events (${found.events.from})`,
      content: found.events.lines.join(''),
    },
  ];
  for (const one of found.reads as unknown as readonly Read[]) {
    for (const [title, content] of documentsOf(one))
      if (content)
        files.push({ path: name('policies/', title, '.json'), what: title, content: `${readableDocument(content)}\n` });
    for (const [title, content] of scriptsOf(one))
      if (content) files.push({ path: name('scripts/', title, '.sh.txt'), what: title, content: scriptText(content) });
  }
  return files;
}

const refJson = ({ kind, arn, name }: ResourceRef) => ({ kind, arn: arn || null, name });

const treeJson = (nodes: readonly TreeNode[]): unknown =>
  nodes.map(({ ref, by, state, facts, relations }) => ({
    ...refJson(ref),
    by,
    state: state || null,
    facts: facts.map(({ label, value, proof }) => ({ label, value, proof })),
    uses: relations.map(({ role, to, proof }) => ({ role, ...refJson(to), proof })),
  }));

/** Policy documents that an answer holds, with what each is called. */
function documentsOf({ read, answer }: Read): readonly (readonly [title: string, content: string])[] {
  switch (read.name) {
    case 'iam:GetRole': {
      const role = member(answer, 'Role');
      return [[`role ${text(member(role, 'RoleName'))} trust`, text(member(role, 'AssumeRolePolicyDocument'))]];
    }
    case 'iam:GetRolePolicy':
      return [
        [
          `role ${text(read.input.RoleName)} inline ${text(read.input.PolicyName)}`,
          text(member(answer, 'PolicyDocument')),
        ],
      ];
    case 'iam:GetUserPolicy':
      return [
        [
          `user ${text(read.input.UserName)} inline ${text(read.input.PolicyName)}`,
          text(member(answer, 'PolicyDocument')),
        ],
      ];
    case 'iam:GetPolicyVersion':
      return [
        [
          `managed ${text(read.input.PolicyArn).replace(/^arn:[^:]*:iam::/, '')} ${text(read.input.VersionId)}`,
          text(member(member(answer, 'PolicyVersion'), 'Document')),
        ],
      ];
    case 's3:GetBucketPolicy':
      return [[`bucket ${text(read.input.Bucket)}`, text(member(answer, 'Policy'))]];
    case 'sagemaker:GetModelPackageGroupPolicy':
      return [
        [`model package group ${text(read.input.ModelPackageGroupName)}`, text(member(answer, 'ResourcePolicy'))],
      ];
    default:
      return [];
  }
}

/** Lifecycle scripts that an answer holds. */
function scriptsOf({ read, answer }: Read): readonly (readonly [title: string, content: string])[] {
  if (read.name === 'sagemaker:DescribeStudioLifecycleConfig')
    return [
      [
        `studio ${text(read.input.StudioLifecycleConfigName)} ${text(member(answer, 'StudioLifecycleConfigAppType'))}`,
        text(member(answer, 'StudioLifecycleConfigContent')),
      ],
    ];
  if (read.name !== 'sagemaker:DescribeNotebookInstanceLifecycleConfig') return [];
  return ['OnStart', 'OnCreate'].flatMap((hook) => {
    const list = member(answer, hook);
    return (Array.isArray(list) ? list : []).map(
      (one, index) =>
        [
          `${text(read.input.NotebookInstanceLifecycleConfigName)} ${hook}${index === 0 ? '' : ` ${index + 1}`}`,
          text(member(one, 'Content')),
        ] as const,
    );
  });
}
