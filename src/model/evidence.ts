/** An event that a responder marked as part of the incident. */
export interface Mark {
  readonly eventId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
}

/** A word that a responder hung on an event. */
export interface Tag extends Mark {
  readonly tag: string;
}

/** A file that was copied into the incident: a screenshot, a mail, a memory image. */
export interface Attachment {
  /** In the incident's folder: `attachments/3-screenshot.png`. */
  readonly file: string;
  /** As it was called before; untrusted. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly note: string;
  /** The event that it belongs to. */
  readonly eventId: string | undefined;
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
}

/** What AWS answered before something was changed, as it lies in the incident's folder. */
export interface SavedSnapshot {
  /** `snapshots/c1.json`. */
  readonly file: string;
  readonly sha256: string;
  /** The containment that it was taken for: `c1`. */
  readonly containment: string;
  /** Epoch ms. */
  readonly at: number;
}

/** What `collect` wrote down. */
export interface Collection {
  /** Untrusted: the operator chose it. */
  readonly folder: string;
  readonly manifestSha256: string;
  /** Names of what it is about. */
  readonly targets: readonly string[];
  readonly files: number;
  /** Things that could not be read. */
  readonly missing: number;
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
}

/** Who leads the response. */
export interface Con {
  readonly who: string;
  /** Epoch ms. */
  readonly since: number;
}

/** Whether a word can be hung on an event. */
export const isTag = (word: string): boolean => /^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,59}$/u.test(word);
