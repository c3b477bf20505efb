import rehypeStringify from 'rehype-stringify';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import remarkRehype from 'remark-rehype';
import { unified } from 'unified';

const renderer = unified()
  .use(remarkParse)
  .use(remarkGfm)
  .use(remarkRehype, { allowDangerousHtml: true })
  .use(rehypeStringify, { allowDangerousHtml: true });

/** A report as an independent renderer of GitHub's Markdown draws it; HTML that stands in it goes through, so that it shows. */
export const htmlOf = (markdown: string): string => String(renderer.processSync(markdown));

/** What of HTML matters: how many of each tag, and the text that a reader sees. */
export interface Drawn {
  readonly tags: { readonly [tag: string]: number };
  /** Rows of the table under a heading, each cell as text. */
  rows(heading: string): readonly (readonly string[])[];
}

export function drawn(markdown: string): Drawn {
  const html = htmlOf(markdown);
  const tags: Record<string, number> = {};
  for (const [, tag = ''] of html.matchAll(/<([a-z][a-z0-9]*)/gi)) tags[tag] = (tags[tag] ?? 0) + 1;
  return {
    tags,
    rows(heading) {
      const from = html.indexOf(`<h2>${heading}</h2>`);
      const next = html.indexOf('<h2>', from + 4);
      const body = /<tbody>([\s\S]*?)<\/tbody>/.exec(html.slice(from, next < 0 ? undefined : next))?.[1] ?? '';
      return [...body.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row = '']) =>
        [...row.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell = '']) => textOf(cell)),
      );
    },
  };
}

const entities: { readonly [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  '#x27': "'",
  '#x60': '`',
};

/** The text of HTML without its tags. */
const textOf = (html: string): string =>
  html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(
      /&(#x[0-9a-f]+|#\d+|\w+);/gi,
      (whole, name: string) =>
        entities[name] ?? (name.startsWith('#x') ? String.fromCodePoint(Number.parseInt(name.slice(2), 16)) : whole),
    );
