import { mask } from '../mask.ts';
import { isPublicName, type Pseudonyms, uniqueId } from './pseudonyms.ts';

/** Everything that shows by its form what it is; the rest of a text is held against the names that are known. */
const shapes = new RegExp(
  [
    /(?<arn>\barn:[\w-]+:[\w-]*:[\w-]*:(?:\d{12}|aws)?:[^\s"'`,;|()[\]{}<>\\]+)/,
    /(?<s3>\bs3[an]?:\/\/[^\s"'`,;|()[\]{}<>\\]+)/,
    /(?<ecr>\b\d{12}\.dkr\.ecr\.[\w-]+\.amazonaws\.com(?:\.cn)?\/[\w./-]+)/,
    // Ids of events and requests are none of an account, whatever digits they end with.
    /(?<uuid>\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b)/,
    /(?<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/,
    /(?<url>\bhttps?:\/\/[^\s"'`,;|()[\]{}<>\\]+)/,
    new RegExp(`(?<unique>${uniqueId.source})`),
    // As the console shows it, too.
    /(?<account>(?<!\d)\d{12}(?!\d)|(?<![\d-])\d{4}-\d{4}-\d{4}(?![\d-]))/,
    /(?<host>\b(?:ip|ec2)-(?:\d{1,3}-){3}\d{1,3}\b)/,
    /(?<v4>(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d))/,
    /(?<v6>(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?![\w:]))/,
    /(?<made>\b(?:i|vol|sg|sgr|subnet|vpc|vpce|eni|eigw|ami|snap|rtb|igw|nat|acl|fl|eipalloc|lt|mi|d)-(?:[0-9a-f]{8,17}|[0-9a-z]{12,13})\b)/,
    // A word after what it is, where it looks like somebody's name for it.
    /(?<after>(?<=\b(?:bucket|trail|group|role|user|endpoint|notebook|key|domain|profile|server|queue|function|policy|stack|cluster|model|job|pipeline|space|app) "?)[A-Za-z0-9]+[._/+=@-][\w./+=@-]*\w)/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

const wholeUniqueId = new RegExp(`^${uniqueId.source}$`);

/** Runs of what names are made of. */
const words = /[\p{L}\p{N}]+(?:[._+=,@-]+[\p{L}\p{N}]+)*/gu;
const separators = /([._+=,@-]+)/;

/** What stands together, whatever it means. */
const tokens = /[^\s"'<>,;()]+/g;

/** A way of writing text as other text. */
interface Form {
  readonly sign: RegExp;
  /** `undefined`: it is not written so. */
  read(token: string): string | undefined;
  write(text: string): string;
}

const forms: readonly Form[] = [
  {
    sign: /%[0-9a-f]{2}/i,
    read(token) {
      try {
        return decodeURIComponent(token);
      } catch {
        return undefined; // A per cent sign by itself.
      }
    },
    write: encodeURIComponent,
  },
  {
    sign: /^[A-Za-z0-9+/]{16,}={0,2}$/,
    read(token) {
      const text = Buffer.from(token, 'base64').toString();
      // Nothing but text comes out as text.
      return /[\p{Cc}\ufffd]/u.test(text.replaceAll(/[\t\r\n]/g, '')) ? undefined : text;
    },
    write: (text) => Buffer.from(text).toString('base64'),
  },
];

/** Kinds of resource whose ARNs hold no type before the name. */
const untyped = new Set(['s3', 'sns', 'sqs', 's3express']);

/**
 * Redacts text of any origin: what shows by its form what it is, and the names that the incident knows. Secrets are masked first. Names
 * that nothing else in the incident holds are not recognised in free text.
 */
export class TextRedactor {
  readonly #pseudonyms: Pseudonyms;
  /** Lower-case name → what kind of thing it names. */
  readonly #names: ReadonlyMap<string, string>;
  /** Known names that no word can be, with blanks or quotation marks. Paths are recognised by their parts, of which there are thousands. */
  readonly #odd: readonly string[];

  /** @param names Lower-case name → what kind of thing it names. */
  constructor(pseudonyms: Pseudonyms, names: ReadonlyMap<string, string>) {
    this.#pseudonyms = pseudonyms;
    this.#names = names;
    this.#odd = [...names.keys()]
      .filter((name) => name.length > 2 && !/^[\p{L}\p{N}]+(?:[._+=,@/:-]+[\p{L}\p{N}]+)*$/u.test(name))
      .sort((a, b) => b.length - a.length || (a < b ? -1 : 1))
      .slice(0, 1_000);
  }

  text(untrusted: string): string {
    return this.#encoded(mask(untrusted), 2);
  }

  /** What is written in another form is redacted in its own: as in a URL, or in base64. `depth`: how often one may stand in another. */
  #encoded(text: string, depth: number): string {
    let redacted = '';
    let end = 0;
    for (const token of depth > 0 ? text.matchAll(tokens) : []) {
      const form = forms.find(({ sign }) => sign.test(token[0]));
      const meant = form?.read(token[0]);
      if (!form || meant === undefined) continue;
      const told = this.#encoded(meant, depth - 1);
      // What only looks as if it were written so may be a name.
      redacted +=
        this.#plain(text.slice(end, token.index)) + (told === meant ? this.#plain(token[0]) : form.write(told));
      end = token.index + token[0].length;
    }
    return redacted + this.#plain(text.slice(end));
  }

  #plain(text: string): string {
    let redacted = '';
    let end = 0;
    for (const match of text.matchAll(shapes)) {
      redacted += this.#gap(text.slice(end, match.index)) + this.#shape(match);
      end = match.index + match[0].length;
    }
    return redacted + this.#gap(text.slice(end));
  }

  /** A name, or several joined by slashes or colons, each by itself. */
  path(path: string, kind: string): string {
    return path
      .split(/([/:])/)
      .map((part, at) => (at % 2 === 1 ? part : this.name(part, kind)))
      .join('');
  }

  /** One name. What it is by its form counts first: an access key is no name. */
  name(name: string, kind: string): string {
    if (name === '' || isPublicName(name)) return name;
    if (wholeUniqueId.test(name)) return this.#pseudonyms.uniqueId(name);
    if (/^\d{12}$/.test(name)) return this.#pseudonyms.account(name);
    const address = this.#pseudonyms.address(name);
    return address !== name ? address : this.#pseudonyms.name(name, this.#names.get(name.toLowerCase()) ?? kind);
  }

  arn(arn: string): string {
    const [prefix, partition = '', service = '', region = '', account = '', ...rest] = arn.split(':');
    if (prefix !== 'arn' || rest.length === 0) return arn === '' ? '' : this.text(arn);
    // Policies and images of AWS's own are the same for everybody.
    if (account === 'aws') return arn;
    const tail = rest.join(':');
    const type = untyped.has(service) ? undefined : /^([a-z][a-z-]*)([/:])(?=.)/.exec(tail);
    const names = type ? tail.slice(type[0].length) : tail;
    const kind = type?.[1] ?? (service === 's3' ? (names.includes('/') ? 'object' : 'bucket') : service || 'name');
    const owner = account === '' ? '' : this.#pseudonyms.account(account);
    return [prefix, partition, service, region, owner, `${type?.[0] ?? ''}${this.#tail(service, names, kind)}`].join(
      ':',
    );
  }

  #tail(service: string, names: string, kind: string): string {
    if (service !== 's3') return this.path(names, kind === 'assumed-role' ? 'role' : kind);
    const [bucket = '', ...key] = names.split('/');
    return [this.name(bucket, 'bucket'), ...key.map((part) => this.name(part, 'object'))].join('/');
  }

  #shape(match: RegExpMatchArray): string {
    const [whole] = match;
    const { arn, s3, ecr, email, url, unique, account, host, made, after } = match.groups ?? {};
    if (arn) {
      // A full stop after an ARN ends the sentence.
      const end = /[.:]+$/.exec(whole)?.[0] ?? '';
      return this.arn(whole.slice(0, whole.length - end.length)) + end;
    }
    if (s3)
      return s3.replace(
        /^(\w+:\/\/)(.*)$/,
        (_, scheme: string, rest: string) => scheme + this.#tail('s3', rest, 'bucket'),
      );
    if (ecr) {
      const [host = '', ...repository] = ecr.split('/');
      return [
        `${this.#pseudonyms.account(host.slice(0, 12))}${host.slice(12)}`,
        ...repository.map((part) => this.name(part, 'repository')),
      ].join('/');
    }
    if (email) return `${this.#pseudonyms.name(email, 'person')}@example.invalid`;
    if (url) {
      const at = /^https?:\/\/([^/:?#]+)/i.exec(url)?.[1] ?? '';
      return /\.(?:amazonaws\.com(?:\.cn)?|aws|amazon\.com)$/i.test(at)
        ? `https://${this.#awsHost(at)}/`
        : `https://${this.#pseudonyms.name(at, 'host')}.invalid/`;
    }
    if (unique) return this.#pseudonyms.uniqueId(whole);
    if (account) {
      const [a = '', b = '', c = ''] = this.#pseudonyms.account(whole.replaceAll('-', '')).match(/\d{4}/g) ?? [];
      return [a, b, c].join(whole.includes('-') ? '-' : '');
    }
    if (host) {
      const [kind = '', ...octets] = whole.split('-');
      return `${kind}-${this.#pseudonyms.address(octets.join('.')).replaceAll('.', '-')}`;
    }
    if (made) return this.#pseudonyms.name(whole, whole.slice(0, whole.indexOf('-')));
    if (after) return this.path(whole, 'name');
    const address = this.#pseudonyms.address(whole);
    return address === whole ? this.#gap(whole) : address;
  }

  /** A bucket is a name that stands in a host; others hold the account's number. */
  #awsHost(host: string): string {
    const [bucket, rest] = /^(.+?)(\.s3[.-].*)$/i.exec(host)?.slice(1) ?? [];
    if (bucket !== undefined) return `${this.name(bucket, 'bucket')}${rest}`;
    return this.#gap(host.replaceAll(/(?<!\d)\d{12}(?!\d)/g, (id) => this.#pseudonyms.account(id)));
  }

  #gap(text: string): string {
    if (text === '') return '';
    let left = text;
    const lower = text.toLowerCase();
    for (const odd of this.#odd) {
      if (!lower.includes(odd)) continue;
      const pattern = new RegExp(odd.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'), 'giu');
      left = left.replace(pattern, (found) => this.name(found, 'name'));
    }
    return left.replaceAll(words, (word) => this.#word(word));
  }

  /** The longest runs of a word's parts that are names. */
  #word(word: string): string {
    if (this.#isName(word)) return this.name(word, 'name');
    const parts = word.split(separators);
    if (parts.length === 1 || parts.length > 60) return word;
    let redacted = '';
    for (let from = 0; from < parts.length; ) {
      let taken = 1;
      for (let to = parts.length; to > from; to -= 2) {
        const candidate = parts.slice(from, to).join('');
        if (!this.#isName(candidate)) continue;
        redacted += this.name(candidate, 'name');
        taken = to - from;
        break;
      }
      if (taken === 1 && !this.#isName(parts[from] ?? '')) redacted += parts[from];
      redacted += parts[from + taken] ?? '';
      from += taken + 1;
    }
    return redacted;
  }

  /** One letter, and numbers that count something, would take half a sentence with them. */
  #isName(word: string): boolean {
    return word.length > 1 && !/^\d{1,5}$/.test(word) && this.#names.has(word.toLowerCase()) && !isPublicName(word);
  }
}
