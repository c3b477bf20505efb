import { FailedError } from '../model/errors.ts';
import { sha256 } from '../shared/digest.ts';
import { display } from '../shared/display.ts';
import { isSafePath } from '../shared/safe-path.ts';

/** A file of a bundle. */
export interface BundleFile {
  /** With slashes, below the bundle's folder. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What a bundle consists of. */
export interface Manifest {
  readonly format: 1;
  /** `Firebreak 0.1.0`. */
  readonly tool: string;
  readonly incident: string;
  /** ISO 8601. */
  readonly asOf: string;
  /** `null` for saved logs, which have no journal. */
  readonly journal: { readonly lines: number; readonly head: string } | null;
  readonly events: number;
  /** What could not be put in, a sentence each. */
  readonly missing: readonly string[];
  /** Sorted by path; all but `MANIFEST.json` and its signature. */
  readonly files: readonly BundleFile[];
}

export const manifestName = 'MANIFEST.json';
export const signatureName = 'MANIFEST.json.sig';

/** The manifest as text, its own hash last. */
export function manifestText(manifest: Manifest): string {
  const body = JSON.stringify(manifest, null, 1);
  return `${body.slice(0, -2)},\n "sha256": "${sha256(body)}"\n}\n`;
}

/** Reads a manifest that holds. @throws FailedError `BundleBroken` that says why it does not */
export function readManifest(text: string): Manifest {
  const broken = (problem: string) =>
    new FailedError('BundleBroken', `${manifestName}: ${problem}`, ['Ask for the bundle again']);
  let parsed: Manifest & { readonly sha256?: unknown };
  try {
    parsed = JSON.parse(text);
  } catch {
    throw broken('is no JSON: it was changed or cut off');
  }
  if (parsed === null || typeof parsed !== 'object' || !Array.isArray(parsed.files))
    throw broken('is no manifest of a bundle');
  const { sha256: _, ...manifest } = parsed;
  if (manifest.format !== 1)
    throw broken(`is of format ${display(String(manifest.format))}: a newer firebreak wrote it`);
  if (manifestText(manifest) !== text) throw broken('was changed: its own hash does not match');
  for (const { path, sizeBytes, sha256: hash } of manifest.files) {
    if (!isSafePath(path))
      throw broken(`names a file that would not lie in the bundle: ${display(String(path)).slice(0, 200)}`);
    if (!Number.isSafeInteger(sizeBytes) || !/^[0-9a-f]{64}$/.test(hash))
      throw broken(`does not say what ${display(path)} is`);
  }
  return manifest;
}
