import type { FilterableEvent } from '../../src/filter/matches.ts';

/** An ordinary event; override what a test is about. */
export const event = (overrides: Partial<FilterableEvent> = {}): FilterableEvent => ({
  id: 'e1c5d1f0-0000-4000-8000-000000000001',
  at: Date.parse('2026-11-23T20:31:02Z'),
  origin: 'cloudtrail',
  action: 'sagemaker:CreatePresignedNotebookInstanceUrl',
  readOnly: false,
  account: '111122223333',
  region: 'us-east-1',
  summary: 'alice opened notebook fraud-lab by presigned URL from 198.51.100.7',
  principal: {
    type: 'AssumedRole',
    arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/alice',
    name: 'ds-exec/alice',
    issuerArn: 'arn:aws:iam::111122223333:role/path/ds-exec',
    accessKeyId: 'ASIAEXAMPLE000000001',
  },
  sourceIp: '198.51.100.7',
  userAgent: 'aws-cli/2.31.0 md/command#sagemaker.create-presigned-notebook-instance-url',
  errorCode: '',
  errorMessage: '',
  resources: [
    {
      kind: 'sagemaker.notebook-instance',
      arn: 'arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/fraud-lab',
      name: 'fraud-lab',
      relation: 'target',
    },
  ],
  ...overrides,
});
