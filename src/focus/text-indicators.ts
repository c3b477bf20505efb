import { urlFacts } from './console-url.ts';
import { distinct, type Indicator } from './indicator.ts';
import { addressOf, arnFacts, isKeyId, isRegionName } from './shapes.ts';

/** What free text names: a mail, a chat message, a page. */
export interface TextFacts {
  readonly indicators: readonly Indicator[];
  readonly accounts: readonly string[];
  readonly regions: readonly string[];
  /** Epoch ms of the earliest time of the last 90 days that is written out. */
  readonly firstSeen: number | undefined;
  readonly unused: readonly string[];
}

/** Bounds what a pasted log costs; a mail is a hundredth of it. */
const TEXT_LIMIT = 2_000_000;
const DAY_MS = 86_400_000;

/** Undoes what keeps addresses from being clicked: `198[.]51[.]100[.]7`, `hxxps[://]`. */
export const refanged = (text: string): string =>
  text
    .replaceAll(/\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)/gi, '.')
    .replaceAll(/\[:\/\/\]/g, '://')
    .replaceAll(/\[:\]/g, ':')
    .replaceAll(/\bhxxp(s?):/gi, 'http$1:');

/** Mails carry the addresses of the servers they passed: of the head only the subject is read. Quoted-printable is undone. */
function withoutMailHead(text: string): string {
  if (!/^(?:[A-Za-z-]+: .*\r?\n(?:[ \t].*\r?\n)*){3}/.test(text)) return text;
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return text;
  const head = text.slice(0, end.index);
  const subject = /^Subject: (.*)$/im.exec(head)?.[1] ?? '';
  const body = text.slice(end.index);
  const isQuotedPrintable = /content-transfer-encoding:\s*quoted-printable/i.test(text);
  return `${subject}\n${
    isQuotedPrintable
      ? body
          .replaceAll(/=\r?\n/g, '')
          .replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      : body
  }`;
}

const entities: { readonly [name: string]: string } = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  '#39': "'",
  nbsp: ' ',
  '#x2F': '/',
};

/** A tag is no longer; what looks like one is text. */
const TAG_LIMIT = 8_192;

/** The words of a page, addresses of its links included; one pass, since the page may be hostile. */
function withoutMarkup(text: string): string {
  if (!/<(?:html|body|div|p|a|table|br)\b/i.test(text)) return text;
  const lower = text.toLowerCase();
  const parts: string[] = [];
  let from = 0;
  for (let open = text.indexOf('<'); open >= 0; open = text.indexOf('<', from)) {
    parts.push(text.slice(from, open));
    const close = text.slice(open, open + TAG_LIMIT).indexOf('>');
    if (close < 0) {
      from = open + 1;
      continue;
    }
    const tag = text.slice(open, open + close + 1);
    const href = /\bhref\s*=\s*["']?([^"'\s>]+)/i.exec(tag)?.[1];
    parts.push(href ? ` ${href} ` : ' ');
    from = open + close + 1;
    const hidden = /^<(style|script)\b/i.exec(tag)?.[1]?.toLowerCase();
    if (!hidden) continue;
    const end = lower.indexOf(`</${hidden}`, from);
    // Left open: nothing after it is shown to anybody.
    if (end < 0) return decodedEntities(parts.join(''));
    from = end;
  }
  parts.push(text.slice(from));
  return decodedEntities(parts.join(''));
}

const decodedEntities = (text: string): string =>
  text.replaceAll(/&(#?\w{1,6});/g, (whole, name: string) => entities[name] ?? whole);

/** A time as machines write it; UTC where it does not say. */
const written = /\b(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?/g;

/** @param now Epoch ms; later times are no evidence of anything. */
export function textFacts(source: string, now: number, limit = TEXT_LIMIT): TextFacts {
  const indicators: Indicator[] = [];
  const accounts = new Set<string>();
  const regions = new Set<string>();
  const unused: string[] = [];
  if (source.length > limit)
    unused.push(`the text after its first ${limit.toLocaleString('en-US')} characters: it is too long`);
  if (/content-transfer-encoding:\s*base64/i.test(source))
    unused.push('a part of the message is in base64 and was not read');
  let text = withoutMarkup(withoutMailHead(refanged(source.slice(0, limit))));

  text = text.replaceAll(/\b(?:https?|s3):\/\/[^\s<>"'`|\\]+/gi, (whole) => {
    const facts = urlFacts(whole.replace(/[).,;:\]}]+$/, ''));
    // Somebody else's page: its ids and digits mean nothing here.
    if (!facts) return ' ';
    indicators.push(...facts.indicators);
    unused.push(...facts.unused);
    if (facts.account) accounts.add(facts.account);
    if (facts.region) regions.add(facts.region);
    return ' ';
  });
  text = text.replaceAll(/\barn:aws[a-z-]*:[^\s<>"'`|\\,;)\]}]+/g, (whole) => {
    const facts = arnFacts(whole.replace(/[.:]+$/, ''));
    if (!facts) unused.push(`${whole}: it names no single thing`);
    else {
      indicators.push(...facts.indicators);
      if (facts.account) accounts.add(facts.account);
      if (facts.region) regions.add(facts.region);
    }
    return ' ';
  });
  for (const [key] of text.matchAll(/\b(?:AKIA|ASIA)[A-Z0-9]{12,28}\b/g))
    if (isKeyId(key)) indicators.push({ type: 'key', id: key });
  text = text.replaceAll(
    /(request[ _-]?id\W{0,4})?\b([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b(@)?/gi,
    (_whole, request?: string, id = '', at?: string) => {
      if (!request && !at) indicators.push({ type: 'event', id: id.toLowerCase() });
      return ' ';
    },
  );
  for (const [found] of text.matchAll(
    /(?<![\w./:-])(?:\d{1,3}\.){3}\d{1,3}(?:\/\d{1,2})?(?![\w-]|\.\d)|(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?:\/\d{1,3})?(?![\w:])/gi,
  )) {
    const address = addressOf(found);
    if (!address) continue;
    if ('why' in address) unused.push(address.why);
    else if (/^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|f[cd])/i.test(found))
      unused.push(`${found} is private: if calls come through a VPC endpoint, name it with --focus`);
    else indicators.push(address.indicator);
  }
  for (const [, before = '', after = ''] of text.matchAll(
    /\baccount(?:[ _-]?(?:id|number|no))?\W{0,6}(\d{4}-\d{4}-\d{4}|\d{12})\b|\b(\d{4}-\d{4}-\d{4}|\d{12})\W{0,3}(?:aws )?account\b/gi,
  ))
    accounts.add((before || after).replaceAll('-', ''));
  for (const [region] of text.matchAll(/\b[a-z]{2,4}(?:-[a-z]+){1,2}-\d\b/g))
    if (isRegionName(region)) regions.add(region);
  const times = [...text.matchAll(written)]
    .map(([, date = '', time = '', zone = '']) => Date.parse(`${date}T${time}${/^[+-]/.test(zone) ? zone : 'Z'}`))
    .filter((at) => at <= now && at > now - 90 * DAY_MS);
  return {
    indicators: distinct(indicators),
    accounts: [...accounts],
    regions: [...regions],
    firstSeen: times.length > 0 ? Math.min(...times) : undefined,
    unused: [...new Set(unused)],
  };
}
