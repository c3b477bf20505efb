import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { actions } from '../../src/containment/catalogue.ts';
import { openSession } from '../../src/session/open-session.ts';
import type { Clock } from '../../src/shared/clock.ts';
import { systemClock } from '../../src/shared/clock.ts';
import { openIncident } from '../../src/store/incident.ts';

/** Ids of `records`. */
export const idOf = (number: number): string => `e1c5d1f0-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** Four records: a way in, a read, a refused change, and one that says what Markdown, Mermaid and CSV would make something of. */
export const records = [
  record(1, 'sagemaker', 'CreatePresignedNotebookInstanceUrl', { notebookInstanceName: 'fraud-lab' }),
  record(2, 'sagemaker', 'DescribeNotebookInstance', { notebookInstanceName: 'fraud-lab' }, { readOnly: true }),
  record(
    3,
    'iam',
    'AttachRolePolicy',
    { roleName: 'ds-exec', policyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    { errorCode: 'AccessDenied' },
  ),
  record(4, 'sagemaker', 'StopNotebookInstance', { notebookInstanceName: '=cmd|`x`<b>' }),
];

export function record(
  number: number,
  service: string,
  eventName: string,
  requestParameters: object,
  more: object = {},
) {
  return {
    eventVersion: '1.11',
    userIdentity: {
      type: 'AssumedRole',
      principalId: 'AROAEXAMPLE0000000001:alice',
      arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
      accountId: '111122223333',
      accessKeyId: 'ASIAEXAMPLE000000001',
      sessionContext: {
        sessionIssuer: { type: 'Role', arn: 'arn:aws:iam::111122223333:role/ds-exec', userName: 'ds-exec' },
      },
    },
    eventTime: `2026-11-23T20:${String(30 + (number % 30)).padStart(2, '0')}:02Z`,
    eventSource: `${service}.amazonaws.com`,
    eventName,
    awsRegion: 'us-east-1',
    sourceIPAddress: '198.51.100.7',
    userAgent: 'aws-cli/2.31.0',
    requestParameters,
    responseElements: null,
    eventID: idOf(number),
    requestID: `7f2c0000-1111-4222-8333-${String(number).padStart(12, '0')}`,
    readOnly: false,
    eventType: 'AwsApiCall',
    recipientAccountId: '111122223333',
    ...more,
  };
}

/** An incident on saved logs with marks, a note, a tag and an attachment, closed again. Its clock stands, so that it is the same each time. */
export async function makeIncident(
  name = 'inc',
  logs: readonly object[] = records,
  marked: readonly number[] = [1, 3, 4],
) {
  const stateDir = mkdtempSync(join(tmpdir(), 'firebreak-evidence-'));
  const log = join(stateDir, 'log.json');
  writeFileSync(log, JSON.stringify({ Records: logs }, null, 1));
  const incident = await openIncident({ stateDir, name, create: true });
  const clock: Clock = { now: () => Date.parse('2026-11-23T21:00:00Z'), sleep: systemClock.sleep };
  const session = await openSession({ incident, mode: 'saved', clock, actions, inputs: [log] });
  await session.loaded();
  for (const number of marked) await session.mark(idOf(number), true);
  await session.note('called | the data team', idOf(1));
  await session.tag(idOf(1), 'entry', true);
  const shot = join(stateDir, 'screen shot (1).png');
  writeFileSync(shot, 'no real picture');
  await session.attach(shot, { note: 'what alice saw', eventId: idOf(1) });
  await session.takeCon('carol');
  await session.close();
  return { stateDir, name, folder: incident.folder, log };
}
