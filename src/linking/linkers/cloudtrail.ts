import { named } from '../named.ts';

const trail = { kind: 'cloudtrail.trail', arn: 'trail/{name}' } as const;
const store = { kind: 'cloudtrail.eventdatastore', arn: 'eventdatastore/{name}' } as const;

/** CloudTrail itself: trails, event data stores, and the bucket that a trail writes to. */
export default named('cloudtrail', {
  name: { ...trail, outermost: true },
  trailname: trail,
  trailnamelist: trail,
  eventdatastore: store,
  s3bucketname: { kind: 's3.bucket', arn: '::{name}', relation: 'uses' },
  snstopicname: { kind: 'sns.topic', arn: '{name}', relation: 'uses' },
});
