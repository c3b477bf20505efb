import type { OpenSession } from '../session/session-options.ts';

/** After the console has left the screen: where the incident is, and how to come back. */
export function sayGoodbye(session: OpenSession): void {
  const { incident, report, containments } = session.snapshot.get();
  const open = containments.filter(
    ({ state }) => state === 'in-progress' || state === 'undoing' || state === 'unverified',
  );
  const lines = [
    ...(report ? [`report: ${report.path}`] : []),
    ...open.map(({ id, plan }) => `${id} ${plan.action} ${plan.target.name} was in flight: it may have happened`),
    `incident: ${incident.folder}`,
    `reopen:   firebreak resume ${incident.name}`,
  ];
  process.stderr.write(`${lines.join('\n')}\n`);
}
