import { readFileSync } from 'node:fs';
import type { Terminal } from '../../src/dev/pseudo-terminal.ts';

/** Resident size now and at its highest, in bytes, of a process of this machine (Linux). */
export function memoryOf(pid: number): { readonly now: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) * 1024;
  return { now: of('VmRSS'), peak: of('VmHWM') };
}

/** Processor time used so far, in ms (Linux counts in 10 ms). */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The program itself below `script` and the shell: the last child of the chain. */
export function programPid(terminal: Terminal): number {
  let pid = terminal.pid() ?? 0;
  for (;;) {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    if (!child) return pid;
    pid = Number(child);
  }
}
