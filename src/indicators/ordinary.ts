import { BlockList, isIP } from 'node:net';

/** Addresses that say nothing outside of the network they are used in. RFC 1918, 6598, 3927, 4193, 4291. */
const inner = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  inner.addSubnet(network, bits, 'ipv4');
for (const [network, bits] of [
  ['::1', 128],
  ['fc00::', 7],
  ['fe80::', 10],
] as const)
  inner.addSubnet(network, bits, 'ipv6');

/** Whether somebody else could look for it: an address that is not of an inner network, and no name of an AWS service. */
export function isTellingAddress(text: string): boolean {
  const version = isIP(text);
  return version !== 0 && !inner.check(text, version === 6 ? 'ipv6' : 'ipv4');
}

/** Roles that AWS makes and uses, in every account alike. https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html */
const wellKnown =
  /:role\/(?:aws-service-role|aws-reserved)\/|:role\/(?:OrganizationAccountAccessRole|AWSControlTowerExecution|stacksets-exec-|AWSServiceRoleFor)|^arn:[\w-]+:[\w-]*:[\w-]*:aws:/;

export const isTellingArn = (arn: string): boolean => arn.startsWith('arn:') && !wellKnown.test(arn);

/** User agents of AWS services that act by themselves. */
export const isTellingAgent = (agent: string): boolean =>
  agent !== '' && !/^(?:[\w-]+\.)+(?:amazonaws\.com(?:\.cn)?|aws\.internal)$|^AWS Internal/.test(agent);

/** AWS's own framework images lie in many accounts of AWS, and are told by their names. https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/sagemaker-algo-docker-registry-paths.html */
const frameworks =
  /\/(?:sagemaker-|(?:pytorch|tensorflow|huggingface|mxnet|djl|autogluon)[\w-]*-(?:training|inference)|(?:xgboost|kmeans|pca|linear-learner|image-classification|object-detection|blazingtext|forecasting-deepar)[:@])/;

/** Whether an image is one that not everybody has; @param account the account that looks. */
export function isTellingImage(image: string, account: string): boolean {
  const registry = /^(\d{12})\.dkr\.ecr[.-]/.exec(image)?.[1];
  return registry !== account && !frameworks.test(image);
}

/** Buckets of the account hold its number, or the name that SageMaker gives them; whose another one is nobody can tell by its name. */
export const isTellingBucket = (bucket: string, account: string): boolean =>
  bucket !== '' &&
  (account === '' || !bucket.includes(account)) &&
  !/^(?:sagemaker-sample-files|jumpstart-cache-)/.test(bucket);
