/** A report as its reader's parser sees it: written from the GFM specification, sharing nothing with what writes reports. */
export interface Outline {
  /** Headings, tables (cells a row), fenced blocks (their language), other lines by what they begin. In order. */
  readonly blocks: readonly string[];
  /** What came alive outside code: HTML, links, mentions, references. */
  readonly alive: readonly string[];
  /** What could not be parsed as intended. */
  readonly broken: readonly string[];
}

/** Parses the block structure of a report. */
export function outline(markdown: string): Outline {
  const blocks: string[] = [];
  const alive: string[] = [];
  const broken: string[] = [];
  // GFM ends a line at either; anything else that a viewer may take for a line end must not occur at all.
  if (/[\r\u0085\u2028\u2029\v\f\0]/.test(markdown)) broken.push('a foreign line end');
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const fence = /^(`{3,})(\w*)$/.exec(line);
    if (fence) {
      const end = lines.findIndex(
        (other, at) => at > index && /^`{3,}$/.test(other) && other.length >= (fence[1]?.length ?? 3),
      );
      if (end < 0) broken.push(`a fence that does not close: ${index}`);
      blocks.push(`fence ${fence[2]}`);
      index = end < 0 ? lines.length : end;
      continue;
    }
    if (/^\|( --- \|)+$/.test(lines[index + 1] ?? '')) {
      const width = cells(line).length;
      if (cells(lines[index + 1] ?? '').length !== width) broken.push(`a delimiter row of another width: ${line}`);
      let rows = 0;
      alive.push(...cells(line).flatMap(livesIn));
      for (index += 2; (lines[index] ?? '').startsWith('|'); index++) {
        const row = cells(lines[index] ?? '');
        if (row.length !== width) broken.push(`${row.length} cells instead of ${width}: ${lines[index]}`);
        alive.push(...row.flatMap(livesIn));
        rows += 1;
      }
      if ((lines[index] ?? '') !== '') broken.push(`a table runs on: ${lines[index]}`);
      blocks.push(`table ${width}x${rows}`);
      continue;
    }
    if (line === '') continue;
    const [begin = 'text'] =
      /^(?:#{1,6} |[-*+] |\d+[.)] |>|={1,}$|-{2,}|~{3}|\||\t| {4}|<|\[[^\]]*\]:)/.exec(line) ?? [];
    blocks.push(begin);
    alive.push(...livesIn(line));
  }
  return { blocks, alive, broken };
}

/** GFM: a bar is a border unless a backslash stands before it, in code too. */
function cells(line: string): string[] {
  const inner = line.replace(/^\|/, '').replace(/(?<!\\)\|$/, '');
  const found: string[] = [];
  let cell = '';
  for (let index = 0; index < inner.length; index++) {
    if (inner[index] === '\\' && inner[index + 1] === '|') cell += inner[++index];
    else if (inner[index] === '|') {
      found.push(cell);
      cell = '';
    } else cell += inner[index];
  }
  return [...found, cell].map((text) => text.trim());
}

/** Inline text: takes code spans and escapes out, then looks for what a viewer would make something of. */
function livesIn(text: string): string[] {
  let plain = '';
  for (let index = 0; index < text.length; ) {
    if (text[index] === '\\' && /[!-/:-@[-`{-~]/.test(text[index + 1] ?? '')) {
      // GitHub looks for mentions and references after escapes are gone.
      plain += /[@#]/.test(text[index + 1] ?? '') && /\w/.test(text[index + 2] ?? '') ? (text[index + 1] ?? '') : '.';
      index += 2;
      continue;
    }
    const run = /^`+/.exec(text.slice(index))?.[0];
    if (run) {
      let close = index + run.length;
      for (;;) {
        close = text.indexOf(run, close);
        if (close < 0) return [`a code span that does not close: ${text.slice(index, index + 40)}`];
        if (text[close + run.length] !== '`' && text[close - 1] !== '`') break;
        close += 1;
      }
      plain += ' C ';
      index = close + run.length;
      continue;
    }
    plain += text[index];
    index += 1;
  }
  // The one kind of link that a report makes: an id in code, to its record in the console of AWS.
  const record =
    /\[ C \]\(https:\/\/([a-z\d-]+)\.console\.aws\.amazon\.com\/cloudtrailv2\/home\?region=\1#\/events\/[\da-f-]{36}\)/g;
  const bold = plain.replaceAll('**', '').replaceAll('&#124;', '&amp;').replaceAll(record, 'L');
  return [
    /<[a-z!/?]/i,
    /\[/,
    /[*_~](?=\S)/,
    /&(?!(?:amp|lt|gt);)/,
    /\w+:\/\//,
    /\bwww\./i,
    /@\w/,
    /#\d/,
    /\$/,
    /:(?:[\w+-]*[a-z][\w+-]*|100|1234):/i,
  ].flatMap((pattern) => (pattern.test(bold) ? [`${pattern} in: ${bold.slice(0, 200)}`] : []));
}
