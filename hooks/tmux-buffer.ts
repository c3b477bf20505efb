import { spawn } from 'node:child_process';

/**
 * Hands text to tmux itself, as its newest buffer and, as far as tmux knows how, to the terminal's clipboard. A sequence that we write is dropped by
 * a tmux that nobody has set up (`set-clipboard external`, `allow-passthrough off`); what a client of it asks for is not.
 *
 * @param refused Called when tmux is not there, or too old for it (before 3.2).
 */
export function loadTmuxBuffer(text: string, env: NodeJS.ProcessEnv, refused: () => void): void {
  const child = spawn('tmux', ['load-buffer', '-w', '-'], { stdio: ['pipe', 'ignore', 'ignore'], env });
  let isOver = false;
  const over = (code: number | null) => {
    if (!isOver && code !== 0) refused();
    isOver = true;
  };
  child.stdin.on('error', () => {}); // It ended before it had read all: its exit code says so.
  child.on('error', () => over(null));
  child.on('close', over);
  child.stdin.end(text);
}
