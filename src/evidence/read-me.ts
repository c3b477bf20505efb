import type { Manifest } from './manifest.ts';

/** How a bundle is read and checked, with and without Firebreak. */
export const bundleReadMe = ({
  tool,
  incident,
  asOf,
  journal,
}: Omit<Manifest, 'files'>): string => `Evidence of incident ${incident}, as of ${asOf}, written by ${tool}.

report.md       what happened, for people
journal.jsonl   what was decided and done, a line each, chained by hashes
events.jsonl    the events of the timeline, a line each; rawSha256 names the record
records/        the records as they came, byte for byte; the name is the SHA-256 of the content
snapshots/      what AWS answered before each containment
attachments/    files that responders added
coverage.json   what was seen and what was not
MANIFEST.json   every file with its size and SHA-256

To check it: firebreak verify FOLDER (or the .tar.gz).
Without Firebreak: sha256sum -c SHA256SUMS. A line of the journal holds "prev", the hash of the line before (64 zeros for the first), and
"hash", the SHA-256 of its own JSON without "hash".${journal ? ` The last line's is ${journal.head}.` : ''}
A signature, if there is one, is over MANIFEST.json: ssh-keygen -Y verify -n firebreak -f ALLOWED_SIGNERS -I WHO -s MANIFEST.json.sig < MANIFEST.json

What this shows and what it does not: a file that was changed is found by its hash, and a line of the journal that was changed, removed or put in
between breaks the chain. Whoever made the bundle could have made another one: what binds it to a time or a person is the head of the journal
where it was kept elsewhere (the report that was pasted into a ticket, the brief in a chat), or a signature. A hash says that bytes are the same,
not that what they say is true.

Records, snapshots and attachments are as they came: secrets that stand in them are in here. Keep the bundle accordingly.
`;
