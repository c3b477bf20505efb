import type { ReadName } from '../aws/operations.ts';
import { permissionOf, whyNot } from '../inventory/details.ts';
import type { Look } from '../inventory/look.ts';
import { AwsCallError } from '../model/errors.ts';
import { comparePosture, noPosture, type Posture } from '../model/posture.ts';
import type { Check } from './check.ts';
import { type Evaluation, evaluate, isGlobal, type PosturePlace, subjectKey, type WantedRead } from './evaluate.ts';
import type { Reading } from './facts.ts';

/** One account and Region with the look through which it is read. */
export interface ReadPlace extends Omit<PosturePlace, 'done'> {
  readonly look: Look;
}

/** Calls for one account and Region at most: what is beyond stays unknown, and says so. */
const mostCalls = 800;
/** In the air at a time; the door paces them besides. */
const atOnce = 4;
/** After so long others are let in, ms: with the step that was begun before, and whoever hears of the result, a frame is not missed. */
const sliceMs = 2;

/** Runs a generator to its end, a slice at a time: keys and frames go in between. */
async function inSlices<Value>(steps: Generator<undefined, Value>, signal: AbortSignal): Promise<Value> {
  for (let begun = performance.now(); ; ) {
    const { done, value } = steps.next();
    if (performance.now() - begun >= sliceMs) {
      await new Promise((resolve) => setImmediate(resolve));
      signal.throwIfAborted();
      begun = performance.now();
    }
    if (done) return value;
  }
}

/**
 * Reads what the checks want and judges, place after place; each yield is the posture as far as it is known. Reads only; refusals are unknowns.
 * @throws The signal's reason.
 */
export async function* readPosture(
  places: readonly ReadPlace[],
  checks: readonly Check[],
  signal: AbortSignal,
): AsyncIterable<Posture> {
  const settled: Evaluation[] = [];
  const done = new Set<string>();
  let read = 0;
  const posture = (now: Evaluation | undefined, wanted: number, at: number | undefined): Posture => {
    const all = [...settled, ...(now ? [now] : [])];
    return {
      ...noPosture,
      state: 'reading',
      results: all.length === 1 ? all[0]!.results : all.flatMap(({ results }) => results).sort(comparePosture),
      resources: all.reduce((sum, { subjects }) => sum + subjects.length, 0),
      read,
      wanted: read + wanted,
      leftOut: all.flatMap(({ leftOut }) => leftOut),
      at,
    };
  };
  let last = posture(undefined, 0, undefined);
  for (const place of places) {
    const answers = new Map<string, Reading<unknown>>();
    for (;;) {
      const now = await inSlices(evaluate({ ...place, done }, answers, checks), signal);
      if (now.wanted.length === 0) {
        settled.push(now);
        for (const subject of now.subjects) if (isGlobal(subject)) done.add(subjectKey(subject));
        last = posture(undefined, 0, read > 0 ? place.look.now() : last.at);
        break;
      }
      last = posture(now, now.wanted.length, last.at);
      yield last;
      for (let from = 0; from < now.wanted.length; from += atOnce) {
        signal.throwIfAborted();
        const batch = now.wanted.slice(from, from + atOnce);
        for (const [key, reading] of await Promise.all(batch.map((one) => readingOf(one, place.look, answers.size))))
          answers.set(key, reading);
        read += batch.length;
        last = { ...last, read, at: place.look.now() };
        yield last;
      }
    }
  }
  yield { ...last, state: 'done', wanted: read };
}

async function readingOf(
  { key, name, input }: WantedRead,
  look: Look,
  asked: number,
): Promise<readonly [key: string, reading: Reading<unknown>]> {
  const from: ReadName = name;
  if (asked >= mostCalls)
    return [key, { state: 'failed', from, why: `not asked: ${mostCalls} calls for one account and Region are enough` }];
  try {
    return [key, { state: 'read', from, value: (await look.read(name, input)).value }];
  } catch (error) {
    if (!(error instanceof AwsCallError) || look.signal.aborted) throw error;
    if (error.reason === 'denied') return [key, { state: 'denied', from, permission: permissionOf(error) }];
    if (error.reason === 'not-found') return [key, { state: 'gone', from, code: error.code }];
    return [key, { state: 'failed', from, why: whyNot(error) }];
  }
}
