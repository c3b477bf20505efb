import { append, type Call, type Found, type Linker, nothing } from '../linker.ts';

const s3Uri = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/s;
/** Virtual-hosted or path style. What follows `?` would be a signature. */
const s3Url =
  /^https:\/\/(?:([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\.)?s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?\/([^?]*)/;
const image =
  /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov)\/([^:@\s]+)([:@][^\s]+)?$/;

/** What URIs in any request point at: buckets and objects where data come from and go to, repositories and images of code that runs. */
export default {
  id: 'uris',
  services: 'any',
  link(call) {
    let found: Found[] | undefined;
    for (const { value, depth } of call.request) {
      // Four letters tell that a value is none of them.
      const first = value.charCodeAt(0);
      if (value.length < 8 || (first !== s && first !== h && first !== p && value.charCodeAt(12) !== dot)) continue;
      if (value.startsWith('s3://')) {
        const [, bucket, key = ''] = s3Uri.exec(value) ?? [];
        if (bucket) found = storage(call, bucket, key, depth, found);
      } else if (value.startsWith('https://')) {
        const [, host, path = ''] = (value.includes('s3') && s3Url.exec(value)) || [];
        const slash = path.indexOf('/');
        const bucket = host ?? (slash < 0 ? path : path.slice(0, slash));
        const key = host ? path : slash < 0 ? '' : path.slice(slash + 1);
        if (bucket !== '') found = storage(call, bucket, key, depth, found);
      } else if (value.startsWith('.dkr.ecr', 12)) {
        found = code(call, value, depth, found);
      } else if (value.startsWith('public.ecr.aws/')) {
        const name = value.slice('public.ecr.aws/'.length);
        found = append(found, { kind: 'ecr-public.image', arn: '', name, relation: 'uses' });
      }
    }
    return found ?? nothing;
  },
} satisfies Linker as Linker;

const [s, h, p, dot] = [...'shp.'].map((letter) => letter.charCodeAt(0));

/** The bucket, and the object or the prefix below it. */
function storage(
  { partition }: Call,
  bucket: string,
  key: string,
  depth: number,
  before: Found[] | undefined,
): Found[] {
  const at = `arn:${partition}:s3:::${bucket}`;
  const found = append(before, { kind: 's3.bucket', arn: at, name: bucket, relation: 'uses', depth });
  // `*` would be a pattern, which names no object.
  if (key !== '' && !/[*?]/.test(key))
    found.push({ kind: 's3.object', arn: `${at}/${key}`, name: `${bucket}/${key}`, relation: 'uses', depth });
  return found;
}

/** The repository, and the very image where a tag or digest says which. Images have no ARN; that of another account keeps its whole address. */
function code(call: Call, value: string, depth: number, before: Found[] | undefined): Found[] | undefined {
  const [, account = '', region = '', repository, which] = image.exec(value) ?? [];
  if (!repository) return before;
  const arn = `arn:${call.partition}:ecr:${region}:${account}:repository/${repository}`;
  const found = append(before, { kind: 'ecr.repository', arn, name: repository, relation: 'uses', depth });
  const name = account === call.account ? `${repository}${which}` : value;
  if (which) found.push({ kind: 'ecr.image', arn: '', name, relation: 'uses', depth });
  return found;
}
