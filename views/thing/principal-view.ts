import type { PrincipalDialog } from '../../hooks/principal-screen.ts';
import { amountText, type ThingRows } from '../../hooks/thing-rows.ts';
import { cutMiddle, plural, safe } from '../components/text.ts';
import { instant } from '../components/time.ts';
import type { DialogContext } from '../dialogs/context.ts';
import type { Sheet } from '../dialogs/sheet.ts';
import { untilText } from '../doors/doors-view.ts';
import type { Meaning } from '../theme/theme.ts';
import { agoText, countAgainst, failureText, thingView } from './thing-view.ts';

/** One principal: how long its credentials still live at the top, then keys, the chain, where from and what it did. */
export function principalView(dialog: PrincipalDialog, rows: ThingRows, context: DialogContext): Sheet {
  const { utc, now, width, theme } = context;
  const { name, who, known, failure, selected } = dialog;
  const profile = known?.profile;
  const dot = ` ${theme.glyphs.dot} `;
  const against = countAgainst(rows);
  const live = (profile?.keys ?? []).filter(
    ({ until, accessKeyId }) => accessKeyId.startsWith('AKIA') || (until !== undefined && until > now),
  );
  const ends = live.flatMap(({ until }) => (until === undefined ? [] : [until]));
  const longest = ends.length > 0 ? Math.max(...ends) : undefined;
  const hasLongTerm = live.some(({ accessKeyId }) => accessKeyId.startsWith('AKIA'));
  const exposure = !profile
    ? { text: 'looking at the events…', meaning: 'dim' as Meaning }
    : profile.events === 0
      ? {
          text: 'no event of it is loaded: that nothing is here does not mean that it did nothing',
          meaning: 'dim' as Meaning,
        }
      : hasLongTerm
        ? { text: 'a long-term key: it lives until somebody deactivates it', meaning: 'finding' as Meaning }
        : longest !== undefined
          ? {
              text: `credentials live ${untilText(longest, now)} more at most, unless renewed`,
              meaning: 'finding' as Meaning,
            }
          : { text: 'no record says when its credentials end', meaning: 'plain' as Meaning };
  const facts = profile
    ? [
        amountText(profile),
        profile.events > 0 ? `first ${instant(profile.firstAt, utc)}` : '',
        profile.events > 0 ? `last ${agoText(profile.lastAt, now)}` : '',
        plural(profile.addresses.length, 'address'),
        profile.isNew ? 'new here' : '',
      ].filter(Boolean)
    : [safe(who, 300)];
  const problem = failure && failureText(failure);
  return thingView(
    {
      title: `Principal ${cutMiddle(safe(name, 300), Math.max(16, Math.floor(width / 3)))}`,
      right: against > 0 ? `${against} against it` : '',
      head: [
        exposure,
        problem ? { text: safe(problem, 400), meaning: 'problem' } : { text: facts.join(dot), meaning: 'plain' },
      ],
      rows,
      selected,
    },
    context,
  );
}
