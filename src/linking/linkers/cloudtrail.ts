import type { Found, Linker } from '../linker.ts';
import { namedIn, namesOf } from '../named.ts';

const trail = { kind: 'cloudtrail.trail', arn: 'trail/{name}' } as const;

const names = namesOf({
  trailname: trail,
  trailnamelist: trail,
  eventdatastore: { kind: 'cloudtrail.eventdatastore', arn: 'eventdatastore/{name}' },
  s3bucketname: { kind: 's3.bucket', arn: '::{name}', relation: 'uses' },
  snstopicname: { kind: 'sns.topic', arn: '{name}', relation: 'uses' },
});
const withTrail = namesOf({ name: { ...trail, outermost: true } });
/** Their `name` is no trail's. */
const others = /EventDataStore|Channel|Import|Dashboard|Query/;

/** CloudTrail itself: trails, event data stores, and the bucket that a trail writes to. */
export default {
  id: 'cloudtrail',
  services: ['cloudtrail'],
  link(call) {
    const found: Found[] = [];
    if (!others.test(call.operation)) namedIn(call, withTrail, found);
    namedIn(call, names, found);
    return found;
  },
} satisfies Linker as Linker;
