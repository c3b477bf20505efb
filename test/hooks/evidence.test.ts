import { describe, expect, it } from 'vitest';
import { createDesk, dialogPainted, topDialog } from '../../hooks/desk.ts';
import { pressKey } from '../../hooks/press.ts';
import { FailedError } from '../../src/model/errors.ts';
import { fakeSession } from '../views/fake-session.ts';

const tick = async () => {
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
};

function deskOf(session = fakeSession()) {
  const copied: string[] = [];
  const desk = createDesk(session, {
    now: () => Date.now(),
    later: () => () => {},
    copy: (text) => copied.push(text),
    exit: () => {},
    repaint: () => {},
  });
  const press = async (...names: readonly string[]) => {
    for (const name of names) {
      pressKey(desk, { name, text: name === 'Space' ? ' ' : [...name].length === 1 ? name : '' });
      await tick();
    }
  };
  return {
    desk,
    session,
    copied,
    press,
    command: async (text: string) => press(':', ...[...text].map((one) => (one === ' ' ? 'Space' : one)), 'Enter'),
  };
}

describe('evidence from the keyboard', () => {
  it('B shows nothing over what was opened while it was written', async () => {
    const { desk, copied, press, session } = deskOf();
    let write = (_text: string) => {};
    session.document = () =>
      new Promise((resolve) => {
        write = resolve;
      });
    await press('B', ':', 'a');
    write('brief\n');
    await tick();
    expect(copied).toEqual(['brief']);
    expect(topDialog(desk)?.type).toBe('palette');
    expect(desk.state.get().message?.text).toBe('brief: copied');
  });

  it('B copies the brief and shows it', async () => {
    const { desk, copied, press } = deskOf();
    await press('B');
    expect(copied).toEqual(['brief of this incident']);
    expect(topDialog(desk)).toMatchObject({ type: 'document', format: 'brief', text: 'brief of this incident\n' });
    dialogPainted(desk, topDialog(desk)?.id ?? 0);
    await press('Enter');
    expect(topDialog(desk)).toBeUndefined();
  });

  it(':preview and :changes show what the session makes, and its failure in words', async () => {
    const { desk, session, command } = deskOf();
    await command('preview');
    expect(topDialog(desk)).toMatchObject({ type: 'report', format: 'md', text: { headings: [{ line: 0 }] } });
    await deskOf(session).command('changes');
    expect(session.asked).toContain('document changes');
    session.longDocument = async () => {
      throw new FailedError('ReportTooLarge', 'the report does not fit into memory');
    };
    const failing = deskOf(session);
    await failing.command('preview');
    expect(topDialog(failing.desk)).toMatchObject({ failure: { code: 'ReportTooLarge' } });
  });

  it(':tag, :attach and :con reach the session, with the selected event', async () => {
    const { session, command, desk } = deskOf();
    await command('tag entry');
    await command('tag -entry');
    await command('attach /tmp/shot.png');
    await command('con carol');
    const id = session.events.window({ view: 'all', from: 'newest', rows: 1 }).rows[0]?.id;
    expect(session.asked).toEqual(
      expect.arrayContaining([`tag ${id} entry`, `untag ${id} entry`, 'attach /tmp/shot.png', 'con carol']),
    );
    await command('tag two words');
    expect(desk.state.get().message?.tone).toBe('problem');
  });
});
