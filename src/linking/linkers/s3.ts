import type { Found, Linker } from '../linker.ts';

/** S3: buckets, and the objects of data events. https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html */
export default {
  id: 's3',
  services: ['s3'],
  link(call) {
    const found: Found[] = [];
    const at = `arn:${call.partition}:s3:::`;
    let bucket = '';
    for (const { key, value, depth } of call.request) {
      if (depth !== 1) continue;
      if (key === 'bucketname') bucket = value;
      else if (key === 'key' && bucket !== '') found.push(objectOf(at, `${bucket}/${value}`));
      else if (key === 'x-amz-copy-source') {
        const source = decoded(value.replace(/^\//, '').replace(/\?versionId=.*$/, ''));
        const slash = source.indexOf('/');
        if (slash > 0) {
          const name = source.slice(0, slash);
          found.push({ ...objectOf(at, source), relation: 'uses' });
          if (name !== bucket) found.push({ kind: 's3.bucket', arn: at + name, name, relation: 'uses' });
        }
      }
    }
    // The key may stand before its bucket.
    if (bucket !== '' && !found.some(({ relation }) => relation === undefined)) {
      const key = call.request.find((leaf) => leaf.key === 'key' && leaf.depth === 1);
      if (key) found.push(objectOf(at, `${bucket}/${key.value}`));
    }
    if (bucket !== '') found.push({ kind: 's3.bucket', arn: at + bucket, name: bucket });
    return found;
  },
} satisfies Linker as Linker;

const objectOf = (at: string, name: string): Found => ({ kind: 's3.object', arn: at + name, name });

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A stray `%` is a part of the key.
    return path;
  }
}
