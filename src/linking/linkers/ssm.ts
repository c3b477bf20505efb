import type { Call, Found, Linker } from '../linker.ts';
import { build, type Name, namesOf } from '../named.ts';

const names = namesOf({
  documentname: { kind: 'ssm.document', relation: 'uses' },
  sessionid: { kind: 'ssm.session', arn: 'session/{name}' },
  commandid: { kind: 'ssm.command' },
  maintenancewindowid: { kind: 'ssm.maintenancewindow', arn: 'maintenancewindow/{name}' },
});
const parameter: Name = { kind: 'ssm.parameter' };
const document: Name = { kind: 'ssm.document' };
/** An instance that was anonymised into other letters is one, too. */
const instanceId = /^(?:i|mi)-[0-9a-z]{8,17}$/i;

/**
 * Shells into SageMaker: a node of a cluster (`sagemaker-cluster:<cluster id>_<group>-<instance>`), or a job's container
 * (`sagemaker-training-job:<name>_algo-1`). https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-run-jobs-slurm-nodes.html
 */
const node = /^sagemaker-cluster:([a-z0-9]{12})_(.+)-((?:i|mi)-[0-9a-z]+)$/i;
const container = /^sagemaker-(training|processing|transform)-job:(.+)_algo-\d+$/;

/** Systems Manager: parameters, sessions and their targets, commands and their instances, documents. */
export default {
  id: 'ssm',
  services: ['ssm'],
  link(call) {
    const found: Found[] = [];
    for (const { key, value, depth, resource } of call.request) {
      const name = names.get(key);
      if (name) {
        if (resource) found.push({ ...resource, ...(name.relation ? { relation: name.relation } : {}) });
        else found.push(build(call, name, value, depth));
      } else if (key === 'target' && depth === 1) found.push(...targetsOf(call, value));
      else if ((key === 'names' || key === 'name') && depth === 1 && !resource) {
        if (/Parameter/.test(call.operation)) found.push(build(call, parameter, value));
        else if (/Document/.test(call.operation)) found.push(build(call, document, value));
      }
    }
    // What was begun: the session's id stands only in the answer.
    if (call.event.readOnly === false)
      for (const { key, value, depth } of call.response) {
        const name = key === 'sessionid' || key === 'commandid' ? names.get(key) : undefined;
        if (name && depth <= 2) found.push({ ...build(call, name, value), relation: 'created' });
      }
    return found;
  },
} satisfies Linker as Linker;

function targetsOf(call: Call, target: string): readonly Found[] {
  const at = `arn:${call.partition}:sagemaker:${call.region}:${call.account}:`;
  const known = call.region !== '' && call.account !== '';
  const [, cluster, , instance = ''] = node.exec(target) ?? [];
  if (cluster)
    return [
      { kind: 'sagemaker.cluster-node', arn: '', name: instance, relation: 'target' },
      { kind: 'sagemaker.cluster', arn: known ? `${at}cluster/${cluster}` : '', name: cluster, relation: 'parent' },
    ];
  const [, type = '', job] = container.exec(target) ?? [];
  if (job)
    return [
      {
        kind: `sagemaker.${type}-job`,
        arn: known ? `${at}${type}-job/${job.toLowerCase()}` : '',
        name: job,
        relation: 'target',
      },
    ];
  if (!instanceId.test(target)) return [];
  const kind = target.toLowerCase().startsWith('mi-') ? 'ssm.managed-instance' : 'ec2.instance';
  const arn = kind === 'ec2.instance' ? 'instance/{name}' : 'managed-instance/{name}';
  return [build(call, { kind, arn, relation: 'target' }, target)];
}
