import type { NoticeSeverity } from '../src/model/console-settings.ts';
import { noticeSeverities } from '../src/model/console-settings.ts';
import { type FindingGroup, isOpen } from '../src/model/finding.ts';
import { display } from '../src/shared/display.ts';
import { type Desk, say, topDialog } from './desk.ts';
import { keyOrCommand } from './key-names.ts';

/** A burst of findings is told once. */
const QUIET_MS = 5_000;

const gravity = (severity: string): number => {
  const index = (noticeSeverities as readonly string[]).indexOf(severity);
  return index < 0 ? noticeSeverities.length : index;
};

/** What the window is called: the incident, the gravest open finding, and whether any of it is real. */
export function titleText(desk: Desk): string {
  const { incident, identity, endpoint = identity?.endpoint, decisions, mode, drill } = desk.session.snapshot.get();
  const open = desk.session.findings.get().groups.filter((group) => isOpen(group, decisions));
  const gravest = open.reduce<FindingGroup | undefined>(
    (worst, group) => (!worst || gravity(group.severity) < gravity(worst.severity) ? group : worst),
    undefined,
  );
  const account = identity?.account ?? '';
  const look = desk.settings.accounts[account];
  const where =
    endpoint?.kind === 'simulated' || drill
      ? 'SIMULATED'
      : endpoint?.kind === 'custom'
        ? `CUSTOM ENDPOINT ${endpoint.host}`
        : mode === 'saved'
          ? 'saved logs'
          : `${look?.production ? 'PRODUCTION ' : ''}${look?.name ?? identity?.alias ?? account}`;
  const findings = gravest ? `${gravest.severity.toUpperCase()}, ${open.length} open` : 'no open findings';
  return [`firebreak ${incident.name}`, findings, where].filter((part) => part !== '').join(' · ');
}

/** Names the terminal's window as the incident goes on. @returns What ends it. */
export function watchTitle(desk: Desk): () => void {
  const { surroundings, session } = desk;
  let told: string | undefined;
  const tell = () => {
    const next = desk.state.get().title ? titleText(desk) : undefined;
    if (next === told) return;
    told = next;
    surroundings.title?.(next);
  };
  // Every key changes the state, and no key but that of the setting changes the title.
  const toggled = () => {
    if (desk.state.get().title !== (told !== undefined)) tell();
  };
  const ends = [session.findings.subscribe(tell), session.snapshot.subscribe(tell), desk.state.subscribe(toggled)];
  tell();
  return () => {
    for (const end of ends) end();
    surroundings.title?.(undefined);
  };
}

/** Findings that are not known yet and grave enough to be told of. */
function newFindings(desk: Desk, known: Set<string> | undefined): readonly FindingGroup[] {
  const { decisions } = desk.session.snapshot.get();
  const least: NoticeSeverity = desk.settings.notifyFrom;
  return desk.session.findings
    .get()
    .groups.filter((group) => gravity(group.severity) <= gravity(least) && isOpen(group, decisions))
    .filter(({ key }) => !known?.has(key));
}

/** One line of a finding, for whoever does not see the screen. Untrusted: names are in it. */
export function findingSentence(desk: Desk, { rule, severity, actor, resource }: FindingGroup): string {
  const title = desk.session.findings.get().rules.get(rule)?.title ?? rule;
  return `${severity} finding: ${title}${actor ? `, by ${actor}` : ''}${resource ? `, on ${resource.name || resource.arn}` : ''}`;
}

/** Tells of new grave findings by the terminal's bell or the desktop, and on the screen where nothing else stands there. @returns What ends it. */
export function watchFindings(desk: Desk, tell: (text: string) => void = () => {}): () => void {
  const { surroundings, session } = desk;
  let known: Set<string> | undefined;
  let quietUntil = Number.NEGATIVE_INFINITY;
  return session.findings.subscribe(() => {
    const { groups, at } = session.findings.get();
    if (at === undefined) return;
    const first = known === undefined;
    const found = newFindings(desk, known);
    known = new Set([...(known ?? []), ...groups.map(({ key }) => key)]);
    const [one, ...more] = found;
    if (first || !one) return;
    const text = `${findingSentence(desk, one)}${more.length > 0 ? `, and ${more.length} more` : ''}`;
    tell(text);
    if (!topDialog(desk) && !desk.state.get().filterLine)
      say(desk, `new ${display(text)}; ${keyOrCommand(desk, 'findings')} shows findings`);
    const now = surroundings.now();
    // A clock that was set back must not keep it quiet for an hour.
    if (now < quietUntil && quietUntil - now <= QUIET_MS) return;
    quietUntil = now + QUIET_MS;
    surroundings.notice?.(desk.state.get().notify, text);
  });
}
