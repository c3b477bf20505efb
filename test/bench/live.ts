import { setTimeout as pause } from 'node:timers/promises';
import { openTerminal, type Terminal } from '../../src/dev/pseudo-terminal.ts';
import { startRange } from './start-range.ts';

/** What the console costs on live sources, with the range in a process of its own. */
export interface LiveCost {
  /** ms each, from a key's write to the first output that follows it. */
  readonly keys: readonly number[];
  /** Of one core, 0 to 1 and above, while nobody presses a key. */
  readonly cpu: number;
  /** The same while keys are pressed ten times a second. */
  readonly cpuWithKeys: number;
  /** Frames and bytes that the terminal got meanwhile, a second. */
  readonly frames: number;
  readonly bytes: number;
  /** Events that came meanwhile, a second. */
  readonly events: number;
}

/** How many events the header counts. */
const countOn = (terminal: Terminal): number =>
  Number(/([\d,]+) events/.exec(terminal.screen()[1] ?? '')?.[1]?.replaceAll(',', '') ?? 0);

/** Opens the console on the bundled range, lets it settle, and measures for so many seconds at rest, and then while keys are pressed. */
export async function liveCost(options: {
  readonly program: string;
  readonly state: string;
  /** Of the range. */
  readonly rangeFlags: readonly string[];
  readonly settleSeconds: number;
  readonly seconds: number;
  /** None where hardly anything stands to be moved through: a key that changes nothing is followed by no output but the clock's. */
  readonly keyPresses: number;
  readonly columns: number;
  readonly rows: number;
  /** Processor time of a process so far, ms. */
  readonly cpuOf: (pid: number) => number;
  readonly programPid: (terminal: Terminal) => number;
  readonly pressKeys: (terminal: Terminal, count: number) => Promise<readonly number[]>;
}): Promise<LiveCost> {
  const { program, rangeFlags, seconds, columns, rows, cpuOf } = options;
  const range = await startRange(program, rangeFlags);
  try {
    const terminal = openTerminal({
      command: [process.execPath, program, '--state-dir', options.state],
      columns,
      rows,
      env: range.env,
    });
    try {
      await terminal.see(/[1-9][\d,]* events/, 60_000);
      const pid = options.programPid(terminal);
      await pause(options.settleSeconds * 1_000);
      let [frames, bytes] = [0, 0];
      terminal.onOutput((data) => {
        bytes += data.length;
        for (let at = data.indexOf('\u001b[?2026h'); at >= 0; at = data.indexOf('\u001b[?2026h', at + 1)) frames += 1;
      });
      const [before, events, from] = [cpuOf(pid), countOn(terminal), performance.now()];
      await pause(seconds * 1_000);
      const spent = performance.now() - from;
      const rest = {
        cpu: (cpuOf(pid) - before) / spent,
        frames: (frames * 1_000) / spent,
        bytes: (bytes * 1_000) / spent,
        events: ((countOn(terminal) - events) * 1_000) / spent,
      };
      const [beforeKeys, fromKeys] = [cpuOf(pid), performance.now()];
      const keys = await options.pressKeys(terminal, options.keyPresses);
      const cpuWithKeys = (cpuOf(pid) - beforeKeys) / (performance.now() - fromKeys);
      await terminal.press('q');
      await terminal.exited();
      return { ...rest, keys, cpuWithKeys };
    } finally {
      terminal.kill();
    }
  } finally {
    await range.stop();
  }
}
