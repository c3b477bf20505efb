import type { OutputOf } from '../../aws/operations.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { type Check, type Judgement, judged, notApplicable, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { type Ask, accountKind } from '../facts.ts';
import { singleVariants } from '../variants.ts';

/** AWS's rules as they are written down; AWS Config and Security Hub themselves are not asked. */
const evaluatedHere = 'evaluated by Firebreak from what it read, not by AWS Config or Security Hub';

const rulePage = (rule: string): string => `https://docs.aws.amazon.com/config/latest/developerguide/${rule}.html`;
const hubPage = (control: string): string =>
  `https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html#${control.toLowerCase().replace('.', '-')}`;

interface Control {
  /** Name of the managed rule of AWS Config. */
  readonly rule: string;
  /** Control of Security Hub; empty where there is none. */
  readonly hub: string;
  readonly title: string;
  readonly kind: string;
  judge(subject: ResourceRef, ask: Ask): readonly Judgement[];
}

type Notebook = OutputOf<'sagemaker:DescribeNotebookInstance'>;
type Model = OutputOf<'sagemaker:DescribeModel'>;

const ofNotebook =
  (field: keyof Notebook, isWeak: (value: unknown) => boolean): Control['judge'] =>
  (subject, ask) =>
    judged(describe.notebook(subject, ask), (notebook, evidence) =>
      weakIf(isWeak(notebook[field]), [evidence(field, notebook[field])]),
    );

const ofModel =
  (
    judge: (model: Model, field: (name: string, value: unknown) => Judgement['evidence'][number]) => Judgement,
  ): Control['judge'] =>
  (subject, ask) =>
    judged(describe.model(subject, ask), judge);

/** Platforms that SageMaker gives security updates to. https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-al2.html */
const supportedPlatforms = /^notebook-al2-v3$|^notebook-al2023-v\d+$/;

const absent = (value: unknown): boolean => value === undefined || value === '';

/** A schedule that names a job definition leaves the network to it. */
const ofSchedule =
  (member: 'EnableNetworkIsolation' | 'EnableInterContainerTrafficEncryption'): Control['judge'] =>
  (subject, ask) =>
    judged(
      ask('sagemaker:DescribeMonitoringSchedule', { MonitoringScheduleName: subject.name }),
      ({ MonitoringScheduleConfig }, field) => {
        const definition = MonitoringScheduleConfig?.MonitoringJobDefinition;
        if (!definition)
          return {
            verdict: 'unknown',
            evidence: [
              field(
                'MonitoringScheduleConfig.MonitoringJobDefinitionName',
                MonitoringScheduleConfig?.MonitoringJobDefinitionName,
              ),
            ],
            note: 'the job definition decides, and job definitions are not read',
          };
        const value = definition.NetworkConfig?.[member];
        return weakIf(!value, [
          field(`MonitoringScheduleConfig.MonitoringJobDefinition.NetworkConfig.${member}`, value),
        ]);
      },
    );

const controls: readonly Control[] = [
  {
    rule: 'sagemaker-notebook-no-direct-internet-access',
    hub: 'SageMaker.1',
    title: 'notebooks should not have direct internet access',
    kind: 'sagemaker.notebook-instance',
    judge: ofNotebook('DirectInternetAccess', (value) => value !== 'Disabled'),
  },
  {
    rule: 'sagemaker-notebook-instance-inside-vpc',
    hub: 'SageMaker.2',
    title: 'notebooks should be launched in a custom VPC',
    kind: 'sagemaker.notebook-instance',
    judge: ofNotebook('SubnetId', absent),
  },
  {
    rule: 'sagemaker-notebook-instance-root-access-check',
    hub: 'SageMaker.3',
    title: 'users should not have root access to notebooks',
    kind: 'sagemaker.notebook-instance',
    judge: ofNotebook('RootAccess', (value) => value !== 'Disabled'),
  },
  {
    rule: 'sagemaker-endpoint-config-prod-instance-count',
    hub: 'SageMaker.4',
    title: 'production variants should have more than one initial instance',
    kind: 'sagemaker.endpoint-config',
    judge: (subject, ask) =>
      judged(describe.endpointConfig(subject, ask), ({ ProductionVariants = [] }, field) => {
        const counted = ProductionVariants.filter(({ ServerlessConfig }) => !ServerlessConfig);
        if (counted.length === 0) return notApplicable('serverless');
        // The control asks for the initial count alone, whatever scales it later.
        const single = singleVariants(counted.map((one) => ({ ...one, ManagedInstanceScaling: undefined })));
        return weakIf(
          single.length > 0,
          (single.length > 0 ? single : counted).map(({ VariantName, InitialInstanceCount }) =>
            field(`ProductionVariants[${VariantName ?? '?'}].InitialInstanceCount`, InitialInstanceCount),
          ),
        );
      }),
  },
  {
    rule: 'sagemaker-model-isolation-enabled',
    hub: 'SageMaker.5',
    title: 'models should have network isolation enabled',
    kind: 'sagemaker.model',
    judge: ofModel(({ EnableNetworkIsolation }, field) =>
      weakIf(!EnableNetworkIsolation, [field('EnableNetworkIsolation', EnableNetworkIsolation)]),
    ),
  },
  {
    rule: 'sagemaker-notebook-instance-platform-version',
    hub: 'SageMaker.8',
    title: 'notebooks should run on supported platforms',
    kind: 'sagemaker.notebook-instance',
    judge: ofNotebook('PlatformIdentifier', (value) => !supportedPlatforms.test(String(value ?? ''))),
  },
  {
    rule: 'sagemaker-monitoring-schedule-isolation',
    hub: 'SageMaker.14',
    title: 'monitoring schedules should have network isolation enabled',
    kind: 'sagemaker.monitoring-schedule',
    judge: ofSchedule('EnableNetworkIsolation'),
  },
  {
    rule: 'sagemaker-model-private-registry-required',
    hub: 'SageMaker.16',
    title: 'models should use a private registry in the VPC for the primary container',
    kind: 'sagemaker.model',
    judge: ofModel(({ PrimaryContainer, Containers = [] }, field) => {
      const mode = PrimaryContainer?.ImageConfig?.RepositoryAccessMode;
      const evidence = [field('PrimaryContainer.ImageConfig.RepositoryAccessMode', mode)];
      if (!PrimaryContainer && Containers.length > 0)
        return notApplicable('it has several containers: SageMaker.19', evidence);
      return weakIf(mode !== 'Vpc', evidence);
    }),
  },
  {
    rule: 'sagemaker-model-multicontainer-private-registry',
    hub: 'SageMaker.19',
    title: 'models of several containers should use a private registry in the VPC',
    kind: 'sagemaker.model',
    judge: (subject, ask) =>
      judged(describe.model(subject, ask), ({ Containers = [] }, field) =>
        Containers.length === 0
          ? []
          : weakIf(
              Containers.some(({ ImageConfig }) => ImageConfig?.RepositoryAccessMode !== 'Vpc'),
              Containers.slice(0, 5).map(({ ImageConfig }, index) =>
                field(`Containers[${index}].ImageConfig.RepositoryAccessMode`, ImageConfig?.RepositoryAccessMode),
              ),
            ),
      ),
  },
  {
    rule: 'sagemaker-notebook-instance-storage-vol-kms-encrypted',
    hub: 'SageMaker.21',
    title: 'notebooks should be encrypted with a customer managed key',
    kind: 'sagemaker.notebook-instance',
    judge: ofNotebook('KmsKeyId', absent),
  },
  {
    rule: 'sagemaker-monitoring-schedule-traffic-encryption',
    hub: 'SageMaker.22',
    title: 'monitoring schedules should encrypt traffic between containers',
    kind: 'sagemaker.monitoring-schedule',
    judge: ofSchedule('EnableInterContainerTrafficEncryption'),
  },
  {
    rule: 'sagemaker-notebook-instance-kms-key-configured',
    hub: '',
    title: 'a KMS key is configured for the notebook',
    kind: 'sagemaker.notebook-instance',
    judge: ofNotebook('KmsKeyId', absent),
  },
  {
    rule: 'sagemaker-endpoint-configuration-kms-key-configured',
    hub: '',
    title: 'a KMS key is configured for the endpoint config',
    kind: 'sagemaker.endpoint-config',
    judge: (subject, ask) =>
      judged(describe.endpointConfig(subject, ask), ({ KmsKeyId }, field) =>
        weakIf(absent(KmsKeyId), [field('KmsKeyId', KmsKeyId)]),
      ),
  },
  {
    rule: 'sagemaker-domain-in-vpc',
    hub: '',
    title: 'the domain uses the VPC for all but its file system',
    kind: 'sagemaker.domain',
    judge: (subject, ask) =>
      judged(describe.domain(subject, ask), ({ AppNetworkAccessType }, field) =>
        weakIf(AppNetworkAccessType !== 'VpcOnly', [field('AppNetworkAccessType', AppNetworkAccessType)]),
      ),
  },
  {
    rule: 'sagemaker-model-in-vpc',
    hub: '',
    title: 'the model uses a VPC',
    kind: 'sagemaker.model',
    judge: ofModel(({ VpcConfig }, field) => weakIf(!VpcConfig, [field('VpcConfig', VpcConfig?.Subnets?.join(', '))])),
  },
];

/** Controls about what is not read here. */
const notEvaluated = [
  'SageMaker.6 and .7 (tags of app image configs and images)',
  'SageMaker.9 to .13, .15, .20, .25 (job definitions of monitoring)',
  'SageMaker.17 and .18 (feature groups)',
  'SageMaker.23 and .24 (inference experiments)',
] as const;

const checks: readonly Check[] = [
  ...controls.map(
    ({ rule, hub, title, kind, judge }): Check => ({
      id: `compliance.${rule}`,
      topic: 'compliance validation',
      title: `${hub ? `${hub}, ` : ''}${rule}: ${title}`,
      about: [kind],
      why: 'Who reports by this control reports it as failed; what it means here stands under the other topics.',
      references: [rulePage(rule), ...(hub ? [hubPage(hub)] : [])],
      judge: (subject, { ask }) =>
        judge(subject, ask).map((one) => ({
          ...one,
          note: one.note ? `${one.note}; ${evaluatedHere}` : evaluatedHere,
        })),
    }),
  ),
  {
    id: 'compliance.not-evaluated',
    topic: 'compliance validation',
    title: 'controls about resources that are not read',
    about: [accountKind],
    why: 'What is not looked at has not passed.',
    references: ['https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html'],
    judge: () => [{ verdict: 'unknown', evidence: [], note: `not evaluated: ${notEvaluated.join('; ')}` }],
  },
];
export default checks;
