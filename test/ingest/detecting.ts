import { JudgedBatch, startDetector } from '../../src/ingest/detector.ts';
import { link } from '../../src/linking/link.ts';
import { normalise } from '../../src/normalise/normalise.ts';
import { BatchPacker } from '../../src/store/batch-packer.ts';
import { openWriter } from '../../src/store/writer.ts';
import { cloudtrail } from '../detection/asked.ts';
import { stored } from '../store/stored.ts';

export const alice = { type: 'IAMUser', arn: 'arn:aws:iam::111122223333:user/alice', userName: 'alice' };
/** A call of alice's in that second. */
export const raw = (eventName: string, second: number, members: { readonly [name: string]: unknown } = {}) => ({
  format: 'cloudtrail' as const,
  text: JSON.stringify(
    cloudtrail({
      eventName,
      userIdentity: alice,
      ...members,
      eventTime: new Date(Date.UTC(2026, 10, 23, 20, 0, second)).toISOString(),
    }),
  ),
});

/** A detector on a store, without a thread: what happens between two pieces of the reading is the test's. */
export async function detecting(path: string, rules: readonly string[]) {
  const detector = await startDetector(rules);
  const writer = openWriter(path);
  const collected = new JudgedBatch(new BatchPacker());
  const write = (raws: readonly ReturnType<typeof raw>[]) => {
    for (const one of raws) {
      const normalised = normalise(one);
      if (normalised.rejected !== undefined) throw new Error(normalised.rejected);
      const { event, record } = normalised;
      const linked = { ...event, resources: link(record, event), summary: '' };
      collected.add({
        ...stored(linked, { bytes: Buffer.from(one.text) }),
        ...detector.judge(linked, record, one.text),
      });
    }
    return detector.write(writer, collected.take(), []);
  };
  /** @param before Called before each piece with how many were read. @param most Pieces after which it is ended. */
  const replay = (before: (pieces: number) => Promise<void>, most = Number.POSITIVE_INFINITY) => {
    let pieces = 0;
    return detector.replay(
      writer,
      path,
      () => false,
      async (work) => {
        await before(pieces);
        await work();
      },
      () => {
        pieces += 1;
        return pieces < most;
      },
    );
  };
  return { writer, write, replay };
}
