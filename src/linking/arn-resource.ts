import { type Arn, parseArn } from '../model/arn.ts';
import type { ResourceRef } from '../model/resource.ts';
import { remembered } from '../shared/remembered.ts';

/** The only kind of resource that the service's ARNs speak of without naming it. */
const unnamedTypes: { readonly [service: string]: string } = {
  sns: 'topic',
  sqs: 'queue',
  s3: 'bucket',
  'execute-api': 'api',
};

/** ARN types that are not what the kind is called everywhere else: rds writes `db:x` for an instance. */
const typeNames: { readonly [kind: string]: string } = {
  'rds.db': 'rds.instance',
  'rds.cluster-snapshot': 'rds.cluster-snapshot',
  'sagemaker.edge-deployment': 'sagemaker.edge-deployment-plan',
};

/** SageMaker's `pipeline/x/execution/y` and the like: a resource below another. */
const nested: { readonly [typeAndPart: string]: string } = {
  'pipeline/execution': 'pipeline-execution',
  'monitoring-schedule/alert': 'monitoring-schedule-alert',
  'model-card/export-job': 'model-card-export-job',
  'device-fleet/device': 'device',
};

/** The resource that an ARN is of; `undefined` when the text is no ARN, or one with wildcards, which names no resource. */
export function resourceOfArn(text: string): ResourceRef | undefined {
  // `arn:aws…` is all there is; testing the start spares nearly every text the expression.
  return text.startsWith('arn:') ? (decoded(text) ?? undefined) : undefined;
}

const decoded = remembered((text): ResourceRef | null => {
  const arn = parseArn(text);
  if (!arn || arn.service === '' || /[*?\s]/.test(arn.resource.replace(/:\*$/, ''))) return null;
  return { ...kindAndName(arn), arn: text };
});

function kindAndName(arn: Arn): { readonly kind: string; readonly name: string } {
  const { service, resource } = arn;
  if (service === 's3') {
    const slash = resource.indexOf('/');
    return slash < 0 || slash === resource.length - 1
      ? { kind: 's3.bucket', name: resource.replace(/\/$/, '') }
      : { kind: 's3.object', name: resource };
  }
  const separator = resource.search(/[:/]/);
  if (separator < 0)
    return {
      kind: `${service}.${unnamedTypes[service] ?? (resource === 'root' ? 'account' : 'resource')}`,
      name: resource,
    };
  const type = resource.slice(0, separator);
  const rest = resource.slice(separator + 1);
  const kind = `${service}.${type}`;
  if (service === 'iam') return { kind, name: rest.slice(rest.lastIndexOf('/') + 1) };
  if (service === 'logs') return { kind, name: rest.replace(/:\*$/, '').replace(/:log-stream:.*$/, '') };
  if (service === 'lambda') return { kind, name: rest.split(':')[0] ?? rest };
  // Secrets Manager adds a hyphen and six random characters to the name.
  if (service === 'secretsmanager') return { kind, name: rest.replace(/-[A-Za-z0-9]{6}$/, '') };
  if (service === 'ssm' && type === 'parameter') return { kind, name: `/${rest}` };
  if (service === 'sagemaker') {
    const parts = rest.split('/');
    const below = parts.length === 3 ? nested[`${type}/${parts[1]}`] : undefined;
    if (below) return { kind: `sagemaker.${below}`, name: `${parts[0]}/${parts[2]}` };
    // The number of a package version says nothing without its group.
    if (type === 'model-package' || type === 'image-version' || type === 'hub-content') return { kind, name: rest };
    return { kind: typeNames[kind] ?? kind, name: parts.at(-1) ?? rest };
  }
  return { kind: typeNames[kind] ?? kind, name: rest };
}
