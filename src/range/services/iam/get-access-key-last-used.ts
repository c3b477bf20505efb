import { isLongLived } from '../../account/identities.ts';
import { Fault } from '../../fault.ts';
import { type Operation, text } from '../../operation.ts';

/**
 * Of a long-lived key: AWS denies whoever asks about one that is not there. What was used last is read from what the trail has published,
 * since AWS is some minutes behind, too. https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html
 */
export default {
  service: 'iam',
  name: 'GetAccessKeyLastUsed',
  readOnly: true,
  input: { AccessKeyId: { type: 'string', required: true, pattern: /^\w+$/, min: 16, max: 128 } },
  resources: (input, { account }) => {
    const credential = account.credentials.get(text(input, 'AccessKeyId'));
    return [credential?.identity.arn ?? `arn:aws:iam::${account.id}:user/*`];
  },
  run(input, { account, trail }) {
    const key = text(input, 'AccessKeyId');
    const credential = account.credentials.get(key);
    if (!credential || !isLongLived(credential) || credential.gone)
      throw new Fault('AccessDenied', `The Access Key with id ${key} cannot be found.`);
    const last = account
      .regions()
      .flatMap(({ name }) => {
        const record = trail.published(name).findLast(({ accessKeyId }) => accessKeyId === key);
        return record ? [{ record, name }] : [];
      })
      .sort((a, b) => b.record.time - a.record.time)[0];
    return {
      UserName: credential.identity.name,
      AccessKeyLastUsed: last
        ? {
            LastUsedDate: new Date(last.record.time),
            ServiceName: last.record.source.replace('.amazonaws.com', ''),
            Region: last.name,
          }
        : { ServiceName: 'N/A', Region: 'N/A' },
    };
  },
} satisfies Operation;
