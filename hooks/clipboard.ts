/** What a terminal is sent to copy text (OSC 52), wrapped where tmux stands between: it passes only what it is told to. */
export function copySequence(text: string, insideTmux: boolean): string {
  const copy = `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  return insideTmux ? `\u001bPtmux;${copy.replaceAll('\u001b', '\u001b\u001b')}\u001b\\` : copy;
}
