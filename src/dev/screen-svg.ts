import type { Terminal as XtermTerminal } from '@xterm/headless';

/** The 16 colours of a dark terminal, then the cube and the greys are computed. */
// biome-ignore format: a table of colours
const basic = [
  '#1c2128', '#f47067', '#57ab5a', '#c69026', '#539bf5', '#b083f0', '#39c5cf', '#adbac7',
  '#636e7b', '#ff938a', '#6bc46d', '#daaa3f', '#6cb6ff', '#dcbdfb', '#56d4dd', '#cdd9e5',
];
const foreground = '#adbac7';
const background = '#1c2128';

function paletteColour(index: number): string {
  if (index < 16) return basic[index] ?? foreground;
  if (index >= 232) {
    const grey = (8 + (index - 232) * 10).toString(16).padStart(2, '0');
    return `#${grey}${grey}${grey}`;
  }
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40).toString(16).padStart(2, '0');
  const cube = index - 16;
  return `#${level(Math.floor(cube / 36))}${level(Math.floor(cube / 6) % 6)}${level(cube % 6)}`;
}

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Draws what a terminal shows as an SVG picture: one `<text>` a run of equal colour, so that it stays text. */
export function screenSvg(term: XtermTerminal, title: string): string {
  const cellWidth = 8.4;
  const lineHeight = 18;
  const padding = 14;
  const width = Math.round(term.cols * cellWidth + padding * 2);
  const height = term.rows * lineHeight + padding * 2;
  const parts: string[] = [];
  const { active } = term.buffer;
  for (let row = 0; row < term.rows; row += 1) {
    const line = active.getLine(active.baseY + row);
    if (!line) continue;
    let run: { at: number; text: string; fg: string; bg: string; bold: boolean; dim: boolean } | undefined;
    const end = () => {
      if (!run) return;
      const x = padding + run.at * cellWidth;
      const y = padding + row * lineHeight;
      if (run.bg !== background)
        parts.push(
          `<rect x="${x.toFixed(1)}" y="${y}" width="${(run.text.length * cellWidth).toFixed(1)}" height="${lineHeight}" fill="${run.bg}"/>`,
        );
      if (run.text.trim() !== '')
        parts.push(
          `<text x="${x.toFixed(1)}" y="${y + 13.5}" fill="${run.fg}" textLength="${(run.text.length * cellWidth).toFixed(1)}"${run.bold ? ' font-weight="bold"' : ''}${run.dim ? ' opacity="0.6"' : ''}>${escapeXml(run.text)}</text>`,
        );
      run = undefined;
    };
    for (let column = 0; column < term.cols; column += 1) {
      const cell = line.getCell(column);
      if (!cell || cell.getWidth() === 0) continue;
      const colour = (isDefault: boolean, isRgb: boolean, value: number, fallback: string) =>
        isDefault ? fallback : isRgb ? `#${value.toString(16).padStart(6, '0')}` : paletteColour(value);
      let fg = colour(cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor(), foreground);
      let bg = colour(cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor(), background);
      if (cell.isInverse()) [fg, bg] = [bg, fg];
      const bold = cell.isBold() !== 0;
      const dim = cell.isDim() !== 0;
      const text = cell.getChars() || ' ';
      if (run && run.fg === fg && run.bg === bg && run.bold === bold && run.dim === dim) run.text += text;
      else {
        end();
        run = { at: column, text, fg, bg, bold, dim };
      }
    }
    end();
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<title>${escapeXml(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${background}"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" xml:space="preserve" style="white-space:pre">
${parts.join('\n')}
</g>
</svg>
`;
}
