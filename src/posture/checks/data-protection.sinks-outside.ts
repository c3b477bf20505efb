import { s3Ref } from '../../inventory/refs.ts';
import { type Check, evidenceOf, type Judgement, judged, unanswered, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'data-protection.sinks-outside',
  topic: 'data protection',
  title: 'data capture and async output outside the account',
  about: ['sagemaker.endpoint-config'],
  why: 'Everything the endpoint is asked, or answers, is copied to a bucket of somebody else, for as long as the config is in use.',
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-create-invoke-update-delete.html',
  ],
  remedy: () =>
    commands(
      comment(
        'Move the endpoint back to a config that copies nothing out: firebreak contain sagemaker.endpoint.roll-back-config ENDPOINT',
      ),
      cli('sagemaker', 'update-endpoint', { 'endpoint-name': 'ENDPOINT', 'endpoint-config-name': 'KNOWN_CONFIG' }),
    ),
  judge(subject, { ask, partition, ours }) {
    const config = describe.endpointConfig(subject, ask);
    if (config.state !== 'read') return [unanswered([config])!];
    const { DataCaptureConfig, AsyncInferenceConfig, ProductionVariants } = config.value;
    const capture = DataCaptureConfig?.EnableCapture === false ? undefined : DataCaptureConfig?.DestinationS3Uri;
    const output = AsyncInferenceConfig?.OutputConfig;
    const sinks = [
      { field: 'DataCaptureConfig.DestinationS3Uri', uri: capture },
      { field: 'AsyncInferenceConfig.OutputConfig.S3OutputPath', uri: output?.S3OutputPath },
      { field: 'AsyncInferenceConfig.OutputConfig.S3FailurePath', uri: output?.S3FailurePath },
      ...(ProductionVariants ?? []).map(({ CoreDumpConfig, VariantName }) => ({
        field: `ProductionVariants[${VariantName ?? '?'}].CoreDumpConfig.DestinationS3Uri`,
        uri: CoreDumpConfig?.DestinationS3Uri,
      })),
    ].flatMap(({ field, uri }) => {
      const bucket = s3Ref(uri, partition)?.name;
      return uri && bucket ? [{ field, uri, bucket }] : [];
    });
    if (sinks.length === 0)
      return [
        {
          verdict: 'sound',
          evidence: [evidenceOf(config, 'DataCaptureConfig', undefined)],
          note: 'it copies nothing out',
        },
      ];
    const shown = sinks.map(({ field, uri }) => evidenceOf(config, field, uri));
    return judged(ask('s3:ListBuckets', {}), ({ Buckets, ContinuationToken }, field): Judgement => {
      // Names of buckets are global and prove nothing: the account's own list, when it is whole, does.
      if (!Buckets || ContinuationToken)
        return { verdict: 'unknown', evidence: shown, note: 'AWS did not give the whole list of buckets' };
      const own = new Set(Buckets.map(({ Name }) => Name));
      const outside = sinks.filter(({ bucket }) => !own.has(bucket));
      const evidence = [
        ...shown,
        ...outside.map(({ bucket }) =>
          field('Buckets', `${bucket} is not among the ${own.size} buckets of this account`),
        ),
      ];
      if (outside.length > 0 && ours.size > 1)
        return { verdict: 'unknown', evidence, note: 'it may belong to another account of yours that is logged in to' };
      return weakIf(outside.length > 0, evidence);
    }).map((one) => (one.evidence.length > 0 ? one : { ...one, evidence: shown }));
  },
};
export default check;
