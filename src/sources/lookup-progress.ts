import { rateOf, shareText } from '../model/work.ts';
import type { Stretch } from './lookup-sweep.ts';

/** How much of a scope has been read: its stretch when all, a share from 0 to 1 while its first load runs. */
export type ScopeProgress = { readonly label: string } & (
  | { readonly state: 'not-loaded' }
  | { readonly state: 'loading'; readonly share: number; readonly pages: number; readonly sinceMs: number }
  /** Given up by the operator. */
  | { readonly state: 'held'; readonly share: number }
  /** `behindMs`: how long ago the stretch ends, where sweeps do not keep up with what happens. */
  | { readonly state: 'loaded'; readonly stretch: Stretch; readonly behindMs?: number }
  | { readonly state: 'refused'; readonly why: string }
);

const minute = (at: number) => new Date(at).toISOString().slice(11, 16);
const dayAndMinute = (at: number) => new Date(at).toISOString().slice(5, 16).replace('T', ' ');

/** UTC, and says so: beside it stand times of the operator's zone. With the day where it is not the same. */
function times({ from, to }: Stretch): string {
  const sameDay = new Date(from).toISOString().slice(0, 10) === new Date(to).toISOString().slice(0, 10);
  return sameDay ? `${minute(from)}–${minute(to)}Z` : `${dayAndMinute(from)}–${dayAndMinute(to)}Z`;
}

function loadingText({ share, pages, sinceMs }: Extract<ScopeProgress, { readonly state: 'loading' }>): string {
  const [done = '', ...left] = shareText(share, sinceMs).split(', ');
  const rate = rateOf({ done: pages, total: 0, sinceMs });
  return [done, ...(rate === undefined ? [] : [`${rate.toFixed(1)} pages/s`]), ...left].join(', ');
}

/**
 * One sentence: "sagemaker 14:02–15:02Z loaded; iam loaded; writes 61 %; reads of other services not loaded". Times are said again only
 * where they differ. What was not read to its end is never called loaded.
 */
export function progressSentence(scopes: readonly ScopeProgress[]): string {
  let said = '';
  const words = (scope: ScopeProgress): string => {
    if (scope.state === 'not-loaded') return 'not loaded';
    if (scope.state === 'loading') return loadingText(scope);
    if (scope.state === 'held') return `stopped at ${Math.floor(scope.share * 100)} %, the rest is not loaded`;
    if (scope.state === 'refused') return `cannot be looked up (${scope.why})`;
    const before = said;
    said = times(scope.stretch);
    const behind = scope.behindMs === undefined ? '' : `, falling behind by ${Math.round(scope.behindMs / 60_000)} min`;
    return `${said === before ? '' : `${said} `}loaded${behind}`;
  };
  return scopes.map((scope) => `${scope.label} ${words(scope)}`).join('; ');
}
