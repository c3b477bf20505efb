import type { Hint } from '../src/model/drill.ts';
import { background, type Desk, openDialog, say } from './desk.ts';

/** Why the words of a drill would do nothing. */
export const noDrill = ({ session }: Desk): string | undefined => (session.drill ? undefined : 'this is no drill');

/** The next hint in a dialog. */
export function openHint(desk: Desk): void {
  const asked: Promise<Hint | undefined> = desk.session.drill?.hint() ?? Promise.resolve(undefined);
  background(
    desk,
    asked.then((hint) => {
      openDialog(desk, { type: 'hint', hint });
    }),
  );
}

/** How it went so far. */
export function openScore(desk: Desk): void {
  const { drill } = desk.session;
  if (!drill) return;
  background(
    desk,
    drill.score().then(() => {
      openDialog(desk, { type: 'score' });
    }),
  );
}

/** Tells of the scorecard when the story ends. It does not open by itself: somebody may be in the middle of a containment. */
export function watchStory(desk: Desk): () => void {
  const { snapshot } = desk.session;
  let told = snapshot.get().drill?.score !== undefined;
  return snapshot.subscribe(() => {
    const { drill } = snapshot.get();
    if (told || !drill?.score || drill.story.state === 'running') return;
    told = true;
    say(desk, 'the drill has ended: :score shows how it went');
  });
}
