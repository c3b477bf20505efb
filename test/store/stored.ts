import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NormalisedEvent } from '../../src/model/event.ts';
import type { StoredEvent } from '../../src/store/writer.ts';

/** A new `events.db` that does not exist yet. */
export const newStorePath = (): string => join(mkdtempSync(join(tmpdir(), 'firebreak-store-')), 'events.db');

/** An event with something in every member that `given` does not say. */
export function event(given: Partial<NormalisedEvent> & { readonly id: string }): NormalisedEvent {
  return {
    at: Date.parse('2026-11-23T20:31:02Z'),
    origin: 'cloudtrail',
    action: 'sagemaker:DescribeEndpoint',
    readOnly: true,
    account: '111122223333',
    region: 'us-east-1',
    summary: `alice called sagemaker:DescribeEndpoint (${given.id})`,
    principal: {
      type: 'AssumedRole',
      arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
      name: 'ds-exec/alice',
      issuerArn: 'arn:aws:iam::111122223333:role/service-role/ds-exec',
      accessKeyId: 'ASIAEXAMPLE',
    },
    sourceIp: '198.51.100.7',
    userAgent: 'aws-cli/2',
    errorCode: '',
    errorMessage: '',
    resources: [
      {
        kind: 'sagemaker.endpoint',
        arn: 'arn:aws:sagemaker:us-east-1:111122223333:endpoint/fraud-scorer',
        name: 'Fraud-Scorer',
        relation: 'target',
      },
    ],
    ...given,
  };
}

/** The event with its record, as the ingest thread hands it to the writer. */
export const stored = (of: NormalisedEvent, more: Partial<StoredEvent> = {}): StoredEvent => ({
  event: of,
  bytes: Buffer.from(`{"eventID":"${of.id}"}`),
  route: 'cloudtrail-lookup',
  seenAt: of.at + 60_000,
  late: false,
  ...more,
});

/** A UUID that counts. */
export const uuid = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
