import { sha256 } from '../shared/digest.ts';
import type { Evidence } from './collect.ts';
import { fileNamer } from './evidence-files.ts';

/** A folder of evidence before it is written. */
export interface Collection {
  readonly manifest: Manifest;
  /** The manifest and the checksums among them. */
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly manifestSha256: string;
}

/** What lies in the folder: `manifest.json`, and `collect --json` with the folder's path. A stable public shape. */
export interface Manifest {
  readonly format: 1;
  readonly tool: string;
  readonly incident: string | null;
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
  readonly secrets: string;
  readonly targets: readonly {
    readonly kind: string;
    readonly arn: string | null;
    readonly name: string;
    readonly account: string;
    readonly region: string;
    readonly folder: string;
    readonly at: string;
    readonly window: { readonly from: string; readonly to: string };
    readonly state: Evidence['targetRead'];
    readonly reads: number;
    readonly events: number;
    readonly files: readonly {
      readonly path: string;
      readonly what: string;
      readonly bytes: number;
      readonly sha256: string;
    }[];
    readonly missing: Evidence['missing'];
  }[];
}

const iso = (at: number) => new Date(at).toISOString();

/** Puts the evidence of several targets into one folder, with a manifest and checksums that `sha256sum -c` takes. Pure. */
export function collection(
  found: readonly Evidence[],
  about: {
    readonly tool: string;
    readonly incident: string | null;
    readonly by: string;
    readonly reason: string;
    readonly at: number;
  },
): Collection {
  const name = fileNamer();
  const placed = found.map((evidence) => {
    const { target } = evidence;
    const folder = name('', `${target.kind.replace(/^[^.]*\./, '')}-${target.name || target.arn}`, '');
    return { evidence, folder, files: evidence.files.map((file) => ({ ...file, path: `${folder}/${file.path}` })) };
  });
  const manifest: Manifest = {
    format: 1,
    ...about,
    at: iso(about.at),
    secrets:
      'Configuration, scripts and records stand here as they were, secrets in them included: keep this folder like the incident. What AWS hands to Firebreak (presigned URLs, tokens) is not in it.',
    targets: placed.map(({ evidence, folder, files }) => ({
      kind: evidence.target.kind,
      arn: evidence.target.arn || null,
      name: evidence.target.name,
      account: evidence.account,
      region: evidence.region,
      folder,
      at: iso(evidence.at),
      window: { from: iso(evidence.window.from), to: iso(evidence.window.to) },
      state: evidence.targetRead,
      reads: evidence.reads,
      events: linesIn(files.find(({ path }) => path === `${folder}/events.ndjson`)?.content ?? ''),
      files: files.map(({ path, what, content }) => ({
        path,
        what,
        bytes: Buffer.byteLength(content),
        sha256: sha256(content),
      })),
      missing: evidence.missing,
    })),
  };
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  const files = placed.flatMap((one) => one.files);
  const sums = [
    ...manifest.targets.flatMap((target) => target.files.map(({ path, sha256: hash }) => `${hash}  ${path}\n`)),
    `${sha256(text)}  manifest.json\n`,
  ];
  return {
    manifest,
    manifestSha256: sha256(text),
    files: [...files, { path: 'manifest.json', content: text }, { path: 'SHA256SUMS', content: sums.join('') }],
  };
}

const linesIn = (text: string): number => text.split('\n').length - 1;
