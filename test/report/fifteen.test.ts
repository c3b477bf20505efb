import { describe, expect, it } from 'vitest';
import type { TimelineEvent } from '../../src/model/event.ts';
import { gather } from '../../src/report/facts.ts';
import { answers } from '../../src/report/fifteen.ts';
import { wholeReport } from '../../src/report/options.ts';
import { event, view } from './views.ts';

/** The answer to the question that begins so, for events whose records ask for this. */
function answer(
  question: string,
  calls: readonly (readonly [action: string, request: unknown, more?: Partial<TimelineEvent>])[],
  hasRecords = true,
) {
  const events = calls.map(([action, , more = {}], index) =>
    event({ rowId: index + 1, id: `e${index}`, action, ...more }),
  );
  const raw = (one: TimelineEvent) => Buffer.from(JSON.stringify({ requestParameters: calls[one.rowId - 1]![1] }));
  const facts = gather(view(hasRecords ? { raw } : {}, events), wholeReport);
  return answers(facts).find((one) => one.question.startsWith(question))!.answer;
}

describe('what only the records say', () => {
  const capture = (bucket: string) => ({
    endpointConfigName: 'scorer-2',
    dataCaptureConfig: { destinationS3Uri: `s3://${bucket}/x` },
    asyncInferenceConfig: { outputConfig: { s3OutputPath: 's3://sagemaker-us-east-1-111122223333/async' } },
  });
  it('question 4: where endpoints were told to write, and whose buckets these are', () => {
    expect(answer('Were models or data', [['sagemaker:CreateEndpointConfig', capture('evil-exfil')]])).toContain(
      'captured requests and answers of scorer-2 to `evil-exfil`, not named after this account `e0`; asynchronous answers of scorer-2 to `sagemaker-us-east-1-111122223333` `e0`.',
    );
    expect(
      answer('Were models or data', [['sagemaker:CreateEndpointConfig', { endpointConfigName: 'plain' }]]),
    ).toContain('No call in the timeline set a data capture');
    // A call that failed set nothing.
    expect(
      answer('Were models or data', [
        ['sagemaker:CreateEndpointConfig', capture('evil-exfil'), { errorCode: 'AccessDenied' }],
      ]),
    ).toContain('No call in the timeline set a data capture');
    expect(answer('Were models or data', [['sagemaker:CreateEndpointConfig', capture('evil-exfil')]], false)).toContain(
      'this report does not show',
    );
  });
  it('question 10: notebooks with direct internet access, said or by default, and domains on the public internet', () => {
    const made = answer('Was the network', [
      ['sagemaker:CreateNotebookInstance', { notebookInstanceName: 'open', directInternetAccess: 'Enabled' }],
      ['sagemaker:CreateNotebookInstance', { notebookInstanceName: 'silent' }],
      ['sagemaker:CreateNotebookInstance', { notebookInstanceName: 'closed', directInternetAccess: 'Disabled' }],
      ['sagemaker:UpdateDomain', { domainId: 'd-1', appNetworkAccessType: 'PublicInternetOnly' }],
    ]);
    expect(made).toContain('notebook open with direct internet access `e0`');
    expect(made).toContain('notebook silent with direct internet access (not said, so enabled) `e1`');
    expect(made).toContain('domain d-1 on the public internet `e3`');
    expect(made).not.toContain('closed');
  });
  it('question 12: what was found of miners, and what is not loaded', () => {
    const mined = answer('Were others', [
      ['logs:line', {}, { findings: [{ rule: 'logs-miner-output', severity: 'high' }] }],
    ]);
    expect(mined).toMatch(/Found: .*1×, first `e0`/);
    expect(mined).toContain('Not loaded: GuardDuty’s findings');
  });
});
