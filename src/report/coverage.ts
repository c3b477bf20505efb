import type { DigestValidation } from '../model/digest-validation.ts';
import type { SourceStatus } from '../session/snapshot.ts';
import type { IncidentView } from './incident-view.ts';
import { escapeMarkdown } from './markdown.ts';
import { counted, utc } from './time.ts';

/** What was seen and what was not, in a line of Markdown. */
export function coverageInWords({ sources, mode, digests, rejected }: IncidentView): string {
  const parts = sources.map(
    (source) => `${escapeMarkdown(source.title || source.id)} ${escapeMarkdown(source.region)} ${state(source)}`,
  );
  if (mode === 'saved' && sources.length === 0) parts.push('what was loaded from files, nothing else');
  if (digests) parts.push(digestsInWords(digests));
  if (rejected > 0) parts.push(`${counted(rejected, 'record')} could not be read`);
  return parts.join('; ') || 'no source was asked';
}

/** What CloudTrail’s digest files prove, in a few words of Markdown. */
export const digestsInWords = ({ problemsTotal, logFiles }: DigestValidation): string =>
  problemsTotal > 0
    ? `**${counted(problemsTotal, 'problem')} with CloudTrail’s digest files**`
    : `${counted(logFiles, 'log file')} hold by CloudTrail’s digest files`;

function state({ state: now, coveredTo, gaps, permission }: SourceStatus): string {
  const to = coveredTo === undefined ? 'not covered to any time' : `covered to ${utc(coveredTo)}`;
  return [
    now === 'denied' || now === 'expired' || now === 'unreachable' ? `**${now}**` : to,
    now === 'denied' && permission !== '' && `needs ${escapeMarkdown(permission)}`,
    gaps.length > 0 && `**${counted(gaps.length, 'gap')}**`,
  ]
    .filter(Boolean)
    .join(', ');
}
