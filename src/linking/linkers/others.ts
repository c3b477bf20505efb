import type { Linker } from '../linker.ts';
import { named } from '../named.ts';

/** Services of which attackers touch a thing or two around SageMaker: tables, nothing else. A service that needs rules has its own file. */
export default [
  named('rds', {
    dbinstanceidentifier: { kind: 'rds.instance', arn: 'db:{name}' },
    dbclusteridentifier: { kind: 'rds.cluster', arn: 'cluster:{name}' },
    dbsnapshotidentifier: { kind: 'rds.snapshot', arn: 'snapshot:{name}' },
    dbclustersnapshotidentifier: { kind: 'rds.cluster-snapshot', arn: 'cluster-snapshot:{name}' },
  }),
  named('route53resolver', {
    resolverquerylogconfigid: {
      kind: 'route53resolver.resolver-query-log-config',
      arn: 'resolver-query-log-config/{name}',
    },
  }),
  named('dynamodb', { tablename: { kind: 'dynamodb.table', arn: 'table/{name}' } }),
  named('eks', {
    name: { kind: 'eks.cluster', arn: 'cluster/{name}', outermost: true },
    clustername: { kind: 'eks.cluster', arn: 'cluster/{name}' },
  }),
  named('codebuild', { projectname: { kind: 'codebuild.project', arn: 'project/{name}' } }),
  named('guardduty', { detectorid: { kind: 'guardduty.detector', arn: 'detector/{name}' } }),
  named('application-autoscaling', { resourceid: { kind: 'application-autoscaling.scalable-target' } }),
  named('cloudformation', { stackname: { kind: 'cloudformation.stack' } }),
  named('cloudwatch', {
    alarmname: { kind: 'cloudwatch.alarm', arn: 'alarm:{name}' },
    alarmnames: { kind: 'cloudwatch.alarm', arn: 'alarm:{name}' },
  }),
  named('codeartifact', {
    domain: { kind: 'codeartifact.domain', arn: 'domain/{name}', outermost: true },
    repository: { kind: 'codeartifact.repository', outermost: true },
    package: { kind: 'codeartifact.package', outermost: true },
  }),
  named('ecr-public', { repositoryname: { kind: 'ecr-public.repository' } }),
  named('sns', { topicarn: { kind: 'sns.topic' }, name: { kind: 'sns.topic', arn: '{name}', outermost: true } }),
  named('sqs', { queuename: { kind: 'sqs.queue', arn: '{name}' } }),
  named('glue', {
    databasename: { kind: 'glue.database', arn: 'database/{name}' },
    jobname: { kind: 'glue.job', arn: 'job/{name}' },
  }),
  named('athena', { workgroup: { kind: 'athena.workgroup', arn: 'workgroup/{name}' } }),
  named('elasticfilesystem', {
    filesystemid: { kind: 'elasticfilesystem.file-system', arn: 'file-system/{name}' },
  }),
  named('datazone', { domainidentifier: { kind: 'datazone.domain', arn: 'domain/{name}' } }),
  {
    id: 'organizations',
    services: ['organizations'],
    link: ({ operation, event: { account } }) =>
      operation === 'LeaveOrganization' && account !== ''
        ? [{ kind: 'organizations.account', arn: '', name: account, relation: 'target' }]
        : [],
  },
  {
    id: 'rolesanywhere',
    services: ['rolesanywhere'],
    // Only the answer says of what kind the thing is whose `name` was given.
    link: ({ operation, request, response }) => {
      const given = request.find(({ key, depth }) => key === 'name' && depth === 1)?.value;
      return response.flatMap(({ resource }) =>
        resource?.kind.startsWith('rolesanywhere.')
          ? { ...resource, name: given ?? resource.name, relation: /^Create/.test(operation) ? 'created' : 'target' }
          : [],
      );
    },
  },
] satisfies Linker[] as Linker[];
