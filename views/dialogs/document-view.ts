import type { DocumentDialog } from '../../hooks/evidence-intents.ts';
import { fit } from '../../src/shared/cells.ts';
import { safe, wrap } from '../components/text.ts';
import type { DialogContext } from './context.ts';
import type { Sheet } from './sheet.ts';

/** A short text of the incident that was made and copied: the brief. */
export function documentView({ title, text }: DocumentDialog, { width }: DialogContext): Sheet {
  const lines = text.trimEnd().split('\n');
  return {
    title,
    whole: true,
    lines: lines.flatMap((line) => wrap(safe(line), width - 2, '  ').map((part) => fit(` ${part}`, width))),
    footer: [],
  };
}
