import { escapeMarkdown } from '../markdown.ts';
import type { ReportSection } from '../section.ts';
import { count, counted } from '../time.ts';

const section: ReportSection = {
  id: 'left-out',
  title: 'Left out',
  order: 160,
  *render({ view, timeline, total, own }) {
    const lines = [
      view.leftOut && escapeMarkdown(view.leftOut),
      total > timeline.length && `${counted(total - timeline.length, 'event')} of ${count(total)} not in the timeline.`,
      own > 0 &&
        `${counted(own, 'call')} of our own, as the records show them, counted nowhere but under Recorded: what was done stands under Containment.`,
      view.totalEvents > total &&
        `${counted(view.totalEvents - total, 'stored event')} of ${count(view.totalEvents)} not part of this report.`,
      view.rejected > 0 && `${counted(view.rejected, 'record')} could not be read.`,
      'Texts longer than 500 characters are cut, with their length; what looks like a secret is masked. The stored records are whole.',
    ].filter((line) => typeof line === 'string' && line !== '');
    for (const line of lines) yield `- ${line}`;
  },
};
export default section;
