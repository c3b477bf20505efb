import { remembered } from '../shared/remembered.ts';

/**
 * Services whose `eventSource` is not what IAM calls them. Everything else is the first label of the host name.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const iamPrefix: { readonly [eventSource: string]: string } = {
  monitoring: 'cloudwatch',
  email: 'ses',
  tagging: 'tag',
  'api.ecr': 'ecr',
  'api.sagemaker': 'sagemaker',
  'runtime.sagemaker': 'sagemaker',
  'metrics-sagemaker': 'sagemaker',
  'models.lex': 'lex',
  'runtime.lex': 'lex',
  'entitlement.marketplace': 'aws-marketplace',
  'ec2-instance-connect': 'ec2-instance-connect',
  'sso-directory': 'identitystore',
};

/** Lambda and CloudFront put the API's version behind the name: `UpdateFunctionCode20150331v2`, `CreateDistribution2020_05_31`. */
const apiVersion = /(?:20\d{6}(?:v\d+)?|20\d\d_\d\d_\d\d)$/;

const serviceOf = remembered((eventSource) => {
  const host = eventSource.replace(/\.amazonaws\.com(?:\.cn)?$/, '').replace(/\.aws\.internal$/, '');
  return { prefix: iamPrefix[host] ?? host, actions: new Map<string, string>() };
}, 1_000);

/** `service:Operation` as IAM writes the permission, of CloudTrail's `eventSource` and `eventName`. */
export function actionOf(eventSource: string, eventName: string): string {
  const { prefix, actions } = serviceOf(eventSource);
  let action = actions.get(eventName);
  if (action === undefined) {
    action = `${prefix}:${eventName.replace(apiVersion, '')}`;
    // Only a forged file holds that many names; it must not fill the memory.
    if (actions.size > 2_000) actions.clear();
    actions.set(eventName, action);
  }
  return action;
}
