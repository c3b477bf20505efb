import type { InputOf, OutputOf, ReadName } from '../aws/operations.ts';
import { AwsCallError } from '../model/errors.ts';
import type { ResourceRef } from '../model/resource.ts';
import { readableDocument } from '../shared/policy-document.ts';
import type { InventoryRelation } from './inventory.ts';
import type { Look } from './look.ts';
import { bucketNote, refOfArn, s3Ref } from './refs.ts';

/** One thing that AWS says. Text of AWS: pass `display` before a screen. */
export interface Fact {
  readonly label: string;
  readonly value: string;
  /** The operation whose answer says so. */
  readonly proof: string;
  /** Epoch ms of the answer. */
  readonly at: number;
}

/** A script or policy document that AWS holds, decoded. Attacker-controlled text of many lines: pass each line through `display`. */
export interface Script {
  /** "runs as root at every start". */
  readonly title: string;
  readonly text: string;
  /** Cut at 16 KB, which is AWS's limit for lifecycle scripts in base64. */
  readonly cut: boolean;
  readonly proof: string;
  readonly at: number;
}

/** What AWS says about one resource. */
export interface Details {
  readonly state: string;
  readonly role: ResourceRef | undefined;
  readonly createdAt: number | undefined;
  readonly modifiedAt: number | undefined;
  readonly creator: string | undefined;
  readonly compute: string | undefined;
  readonly accelerated: boolean;
  readonly internet: boolean | undefined;
  readonly facts: readonly Fact[];
  readonly relations: readonly InventoryRelation[];
  readonly scripts: readonly Script[];
  /** What could not be read, a sentence each. */
  readonly problems: readonly string[];
}

/** GPUs, and AWS's own accelerators. https://aws.amazon.com/sagemaker/pricing/ */
export const isAccelerated = (instanceType: string | undefined): boolean =>
  /^(?:ml\.)?(?:p\d|g\d|gr\d|trn\d|inf\d|dl\d)/.test(instanceType ?? '');

const longestScript = 16_384;

/** Lifecycle scripts are base64; what is none is shown as it came. */
export function decodeScript(content: string): { readonly text: string; readonly cut: boolean } {
  const bytes = Buffer.from(content, 'base64');
  // Decoding never fails: only a text that encodes back to itself was one.
  const isBase64 =
    bytes.length > 0 &&
    bytes.toString('base64').replace(/=+$/, '') === content.replaceAll(/\s/g, '').replace(/=+$/, '');
  const text = isBase64 ? bytes.toString('utf8') : content;
  return { text: text.slice(0, longestScript), cut: text.length > longestScript };
}

/** Why a read failed, in one sentence without AWS's boilerplate: the missing permission, or its words. */
export function whyNot(error: AwsCallError): string {
  if (error.reason === 'denied') return `denied: needs ${permissionOf(error)}`;
  if (error.reason === 'not-found') return 'not found';
  return error.message;
}

/** The permission that a refusal wants. */
export const permissionOf = (error: AwsCallError): string =>
  error.nextSteps[0]?.replace(/^Needs /, '') ?? error.operation;

/** Gathers what the answers to several calls say about one resource. */
export class DetailsBuilder {
  readonly #look: Look;
  readonly #facts: Fact[] = [];
  readonly #relations: InventoryRelation[] = [];
  readonly #scripts: Script[] = [];
  readonly #problems: string[] = [];
  readonly #compute: string[] = [];
  readonly #at = new Map<string, number>();
  state = '';
  role: ResourceRef | undefined;
  createdAt: number | undefined;
  modifiedAt: number | undefined;
  creator: string | undefined;
  accelerated = false;
  internet: boolean | undefined;

  constructor(look: Look) {
    this.#look = look;
  }

  /** The call without which nothing is known. @throws AwsCallError */
  async must<Name extends ReadName>(name: Name, input: InputOf<Name>): Promise<OutputOf<Name>> {
    const { value, at } = await this.#look.read(name, input);
    this.#at.set(name, at);
    return value;
  }

  /** A call that the rest can do without: what it fails to say becomes a problem. @throws The signal's reason. */
  async ask<Name extends ReadName>(
    name: Name,
    input: InputOf<Name>,
    what: string,
  ): Promise<OutputOf<Name> | undefined> {
    try {
      return await this.must(name, input);
    } catch (error) {
      if (!(error instanceof AwsCallError) || this.#look.signal.aborted) throw error;
      this.#problems.push(`${what}: ${whyNot(error)}`);
      return undefined;
    }
  }

  problem(what: string): void {
    this.#problems.push(what);
  }

  /** Adds a fact; what AWS left out is none. */
  fact(label: string, value: Date | string | number | boolean | undefined, proof: ReadName): void {
    if (value === undefined || value === '') return;
    const text =
      value instanceof Date ? value.toISOString() : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
    this.#facts.push({ label, value: text, proof, at: this.#at.get(proof) ?? this.#look.now() });
  }

  relate(
    role: string,
    to: ResourceRef | undefined,
    proof: ReadName,
    more: Pick<InventoryRelation, 'outside' | 'note'> = {},
  ): void {
    if (!to) return;
    const known = this.#relations.some(
      (one) => one.role === role && one.to.kind === to.kind && one.to.name === to.name && one.to.arn === to.arn,
    );
    if (!known) this.#relations.push({ role, to, proof, ...more });
  }

  /** The role that it runs as; the first one is the one of the row. */
  runsAs(arn: string | undefined, proof: ReadName): void {
    const role = refOfArn(arn);
    this.role ??= role;
    this.relate('role', role, proof);
  }

  /** A place in S3 that it writes to (`s3-sink`) or reads from (`s3-source`). */
  s3(role: 's3-sink' | 's3-source', uri: string | undefined, proof: ReadName): void {
    const to = s3Ref(uri, this.#look.partition);
    if (!to) return;
    this.relate(role, to, proof, bucketNote(to.name, this.#look.ours));
    this.fact(role === 's3-sink' ? 'writes to' : 'reads from', uri, proof);
  }

  image(role: string, uri: string | undefined, proof: ReadName): void {
    if (uri) this.relate(role, { kind: 'ecr.image', arn: '', name: uri }, proof);
  }

  /** Instances that it runs on. */
  runsOn(instanceType: string | undefined, count?: number): void {
    if (!instanceType) return;
    this.accelerated ||= isAccelerated(instanceType);
    const text = count === undefined || count === 1 ? instanceType : `${instanceType} × ${count}`;
    if (!this.#compute.includes(text)) this.#compute.push(text);
  }

  /** Whether containers reach the internet: isolated ones do not, those in a VPC as its routes say, all others do. */
  network(isolated: boolean | undefined, vpc: object | undefined): void {
    this.internet = isolated ? false : vpc ? undefined : true;
  }

  script(title: string, content: string | undefined, proof: ReadName): void {
    if (content)
      this.#scripts.push({ title, ...decodeScript(content), proof, at: this.#at.get(proof) ?? this.#look.now() });
  }

  /** A policy document, which IAM gives URL-encoded. */
  document(title: string, encoded: string | undefined, proof: ReadName): void {
    if (!encoded) return;
    const text = readableDocument(encoded);
    this.#scripts.push({
      title,
      text: text.slice(0, longestScript),
      cut: text.length > longestScript,
      proof,
      at: this.#at.get(proof) ?? this.#look.now(),
    });
  }

  done(): Details {
    const { state, role, createdAt, modifiedAt, creator, accelerated, internet } = this;
    return {
      state,
      role,
      createdAt,
      modifiedAt,
      creator,
      accelerated,
      internet,
      compute: this.#compute.length > 0 ? this.#compute.slice(0, 4).join(', ') : undefined,
      facts: this.#facts,
      relations: this.#relations,
      scripts: this.#scripts,
      problems: this.#problems,
    };
  }
}

/** Two answers about one resource as one; what the first knows stays. */
export const merged = (one: Details, more: Details): Details => ({
  state: one.state || more.state,
  role: one.role ?? more.role,
  createdAt: one.createdAt ?? more.createdAt,
  modifiedAt: one.modifiedAt ?? more.modifiedAt,
  creator: one.creator ?? more.creator,
  compute: one.compute ?? more.compute,
  accelerated: one.accelerated || more.accelerated,
  internet: one.internet ?? more.internet,
  facts: [...one.facts, ...more.facts],
  relations: [...one.relations, ...more.relations],
  scripts: [...one.scripts, ...more.scripts],
  problems: [...one.problems, ...more.problems],
});

/** Who made something, as `CreatedBy` tells it: the Studio user, else the IAM identity behind. */
export function creatorOf(
  by:
    | {
        readonly UserProfileName?: string | undefined;
        readonly IamIdentity?:
          | { readonly Arn?: string | undefined; readonly SourceIdentity?: string | undefined }
          | undefined;
      }
    | undefined,
): string | undefined {
  return by?.UserProfileName ?? by?.IamIdentity?.SourceIdentity ?? by?.IamIdentity?.Arn;
}
