import { type JsonObject, objectOf, textOf } from './member.ts';

/** The state that an EventBridge event of SageMaker reports. */
export interface ReportedState {
  /** As `Describe*` spells it: `InService`, also where EventBridge writes `IN_SERVICE`. Empty when the event names none. */
  readonly status: string;
  /** Why it failed; empty when it did not. */
  readonly reason: string;
  /**
   * Equal for events that report the same state of the same resource: AWS sends several for one change, with ids of their own. Empty when
   * the event does not say which change it was about. https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html
   */
  readonly key: string;
}

/** Events name the same status in two spellings. */
const spelled = (status: string): string =>
  /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(status)
    ? status
        .split('_')
        .map((word) => `${word.slice(0, 1)}${word.slice(1).toLowerCase()}`)
        .join('')
    : status;

/** A pure function of the envelope. */
export function reportedState(envelope: JsonObject): ReportedState {
  const detail = objectOf(envelope.detail) ?? {};
  const name = Object.keys(detail).find(
    (member) =>
      /status$/i.test(member) &&
      !/^previous|^secondary|^ModelApproval/i.test(member) &&
      typeof detail[member] === 'string',
  );
  const status = name === undefined ? '' : spelled(textOf(detail[name]));
  const resource = Array.isArray(envelope.resources) ? textOf(envelope.resources[0]) : '';
  const changedAt = textOf(detail.LastModifiedTime) || textOf(detail.lastModifiedTime);
  return {
    status,
    reason: textOf(detail.FailureReason) || textOf(detail.failureReason),
    key:
      envelope.source === 'aws.sagemaker' && status !== '' && resource !== '' && changedAt !== ''
        ? [textOf(envelope['detail-type']), resource, status, changedAt].join('\0')
        : '',
  };
}
