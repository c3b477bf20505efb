import { logGroupIndicators, urlFacts } from './console-url.ts';
import type { Indicator } from './indicator.ts';
import { addressOf, arnFacts, isAccountId, isEventId, isKeyId } from './shapes.ts';
import { refanged } from './text-indicators.ts';

/** What one `--focus` names. */
export interface FocusFacts {
  readonly indicators: readonly Indicator[];
  /** Empty where it says nothing of it. */
  readonly account: string;
  readonly region: string;
  readonly unused: readonly string[];
}

const facts = (...indicators: readonly Indicator[]): FocusFacts => ({
  indicators,
  account: '',
  region: '',
  unused: [],
});
const refused = (why: string): FocusFacts => ({ indicators: [], account: '', region: '', unused: [why] });

/** Forty letters, digits, `/` and `+`: what a secret access key looks like. It is neither kept nor shown. */
const isSecretKey = (text: string): boolean =>
  /^[A-Za-z0-9/+]{40}$/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);

/** Reads one thing: an ARN, a name, an access key id, `role/session`, an address or network, an event id, a console URL. Asks nobody. */
export function readFocus(written: string): FocusFacts {
  const text = refanged(written.trim());
  if (text === '') return refused('an empty text names nothing');
  if (text.length > 4096) return refused('a text of more than 4096 characters is no single thing: use --alert');
  if (isSecretKey(text))
    return refused('this may be a secret access key: it was not kept; use the access key id, AKIA… or ASIA…');
  if (/^(?:https?|s3):\/\//i.test(text)) return urlFacts(text) ?? refused('this URL is of no page of AWS');
  if (/^arn:/i.test(text)) {
    const arn = arnFacts(text);
    return arn ? { ...arn, unused: [] } : refused(`${text}: this ARN names no single thing`);
  }
  if (isKeyId(text)) return facts({ type: 'key', id: text });
  if (isEventId(text)) return facts({ type: 'event', id: text.toLowerCase() });
  const address = addressOf(text);
  if (address) return 'indicator' in address ? facts(address.indicator) : refused(address.why);
  if (isAccountId(text)) return refused(`${text} is an account, not a thing in one: use --profile or --expect-account`);
  if (/^(?:AIDA|AROA|AGPA|ANPA|AIPA|ANVA)[A-Z0-9]{12,}$/.test(text))
    return refused(`${text} is a unique id of IAM: use the name of the user or role`);
  if (/^(?:AKIA|ASIA)/i.test(text)) return refused(`${text}: this has not the shape of an access key id`);
  if (/^\/aws\//.test(text)) return facts(...logGroupIndicators(text));
  if (/^[\p{L}\p{N}_+=,.@:/-]{1,256}$/u.test(text)) return facts({ type: 'name', text });
  return refused(`${text}: it is no ARN, name, access key id, address, event id or console URL`);
}
