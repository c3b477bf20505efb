/** The domains under which AWS serves its APIs, all partitions, plain and dual-stack. From the SDK's own partitions table. */
const domains = [
  'amazonaws.com',
  'api.aws',
  'amazonaws.com.cn',
  'api.amazonwebservices.com.cn',
  'amazonaws.eu',
  'api.amazonwebservices.eu',
  'c2s.ic.gov',
  'api.aws.ic.gov',
  'sc2s.sgov.gov',
  'api.aws.scloud',
  'cloud.adc-e.uk',
  'api.cloud-aws.adc-e.uk',
  'csp.hci.ic.gov',
  'api.aws.hci.ic.gov',
];

/**
 * What may stand before the domain. A list, not "anything": customers get names under `amazonaws.com` too (instances, load balancers,
 * API gateways, PrivateLink services of third parties), and an endpoint set to one of those is no AWS API.
 */
const apiHost =
  /^(?:vpce-[a-z0-9-]+\.)?(?:stream-)?(?:api(?:-fips)?\.sagemaker|sagemaker(?:-fips)?(?:\.api)?|sts|iam|iam-govcloud|cloudtrail|events|scheduler|logs|monitoring|application-autoscaling|autoscaling|s3(?:-fips)?(?:\.dualstack)?)(?:-fips)?(?:\.(?:global|us-gov|[a-z]{2,}(?:-[a-z0-9]+)+))?(?:\.vpce)?$/;

/** Whether the URL leads to one of AWS's own API hosts over TLS. */
export function isAwsUrl(url: URL): boolean {
  const host = url.hostname.toLowerCase();
  return (
    url.protocol === 'https:' &&
    domains.some((domain) => host.endsWith(`.${domain}`) && apiHost.test(host.slice(0, -domain.length - 1)))
  );
}

/**
 * Whether the SDK must not put a prefix such as `stream-` before the host: there is no `stream-127.0.0.1`.
 * True for IP literals, `localhost` and single labels.
 */
export function refusesPrefix(url: URL): boolean {
  const host = url.hostname.toLowerCase();
  return /^[\d.]+$|^\[/.test(host) || !host.includes('.') || host.endsWith('.localhost');
}
