/**
 * How long the blast radius takes over many calls of one role: `node test/store/radius-speed.ts [events]`. Prints milliseconds, cold and warm, by the clock and of CPU,
 * of a deny of everything, of a cut-off, and of a bucket's policy, where each event's resources decide.
 */
import { quarantineDocument } from '../../src/containment/policy-document.ts';
import type { Principal } from '../../src/model/principal.ts';
import type { Restriction } from '../../src/policy/restriction.ts';
import { radiusOf } from '../../src/store/radius.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const events = Number(process.argv[2] ?? 200_000);
const account = '111122223333';
const now = Date.parse('2026-11-23T21:00:00Z');
const path = newStorePath();
const writer = openWriter(path);
const session = (name: string, accessKeyId: string): Principal => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::${account}:assumed-role/ds-exec/${name}`,
  name: `ds-exec/${name}`,
  issuerArn: `arn:aws:iam::${account}:role/ds-exec`,
  accessKeyId,
  issuedAt: now - 3_600_000,
});
const principals = [
  ...Array.from({ length: 40 }, (_, n) => session('SageMaker', `ASIA${n}`)),
  session('alice', 'ASIAX'),
];
const actions = ['s3:GetObject', 's3:PutObject', 's3:ListObjectsV2', 'logs:PutLogEvents', 'sagemaker:InvokeEndpoint'];
writer.beginLoad();
for (let at = 0; at < events; at += 4_000) {
  await writer.write(
    Array.from({ length: Math.min(4_000, events - at) }, (_, index) => {
      const n = at + index;
      const bucket = n % 3 === 0 ? 'data' : 'models';
      return stored(
        event({
          id: uuid(n),
          at: now - (n % 80_000) * 1_000,
          principal: principals[n % principals.length],
          action: actions[n % actions.length] ?? '',
          sourceIp: `10.0.${n % 16}.${n % 250}`,
          resources: [
            {
              kind: 's3.object',
              arn: `arn:aws:s3:::${bucket}/part-${n % 50_000}`,
              name: `part-${n}`,
              relation: 'target',
            },
            { kind: 's3.bucket', arn: `arn:aws:s3:::${bucket}`, name: bucket, relation: 'parent' },
          ],
        }),
      );
    }),
  );
}
writer.endLoad();
const database = openForReading(path);
const holder = { type: 'role', account, name: 'ds-exec' } as const;
const statement = (more: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', ...more }] });
const restrictions: readonly (readonly [string, Restriction])[] = [
  ['quarantine', { type: 'deny', holder, document: quarantineDocument }],
  [
    'revoke',
    {
      type: 'deny',
      holder,
      document: statement({
        Action: '*',
        Resource: '*',
        Condition: { DateLessThan: { 'aws:TokenIssueTime': new Date(now).toISOString() } },
      }),
    },
  ],
  [
    'bucket',
    {
      type: 'bucket',
      bucket: 'arn:aws:s3:::data',
      document: statement({
        Principal: '*',
        Action: 's3:*',
        Resource: ['arn:aws:s3:::data', 'arn:aws:s3:::data/*'],
        Condition: { ArnEquals: { 'aws:PrincipalArn': `arn:aws:iam::${account}:role/ds-exec` } },
      }),
    },
  ],
];
for (const [name, restriction] of restrictions)
  for (const turn of ['first', 'again']) {
    const before = performance.now();
    const cpu = process.cpuUsage();
    const { callers } = radiusOf(
      database,
      { restrictions: [restriction], from: now - 86_400_000, to: now, suspectKeys: ['ASIAX'] },
      undefined,
    );
    const { user, system } = process.cpuUsage(cpu);
    const counted = callers.reduce((sum, { calls }) => sum + calls, 0);
    const refused = callers.reduce((sum, caller) => sum + caller.refused, 0);
    console.log(
      `${name} ${turn}: ${Math.round(performance.now() - before)} ms (${Math.round((user + system) / 1_000)} ms of CPU), refuses ${refused} of ${counted}`,
    );
  }
database.close();
writer.close();
