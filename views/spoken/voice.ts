/** Writes lines to be read aloud, and what is typed between them. */
export interface Voice {
  /** A line of its own. */
  readonly say: (text: string) => void;
  /** Goes on from what was typed before to what stands there now. */
  readonly type: (before: string, now: string) => void;
}

/** A voice that writes with `write`; the cursor is never moved, so that any terminal will do. */
export function createVoice(write: (text: string) => void): Voice {
  let isInLine = false;
  const say = (text: string) => {
    write(`${isInLine ? '\r\n' : ''}${text}\r\n`);
    isInLine = false;
  };
  return {
    say,
    type: (before, now) => {
      if (now.startsWith(before) && before !== now) {
        write(now.slice(before.length));
        isInLine = true;
      } else if (now === '') say('empty');
      else say(before.startsWith(now) ? `${before.slice(now.length)} deleted` : now);
    },
  };
}
