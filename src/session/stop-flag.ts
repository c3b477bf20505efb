/**
 * Tells work on another thread that nobody waits for it any more. A message would be heard when the work has ended, and ending the thread costs
 * more than it saves: the next piece of work has to start another, and what threads leave behind adds up.
 */
export class StopFlag {
  /** What the other thread makes its own flag of. */
  readonly shared: SharedArrayBuffer;
  readonly #flag: Int32Array;

  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#flag = new Int32Array(shared);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#flag, 0) !== 0;
  }

  stop(): void {
    Atomics.store(this.#flag, 0, 1);
  }

  /** @throws DOMException `AbortError` */
  throwIfStopped(): void {
    if (this.isStopped) throw new DOMException('Nobody waits for it any more', 'AbortError');
  }
}
