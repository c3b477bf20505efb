import { type Check, judged, notApplicable, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands } from '../remedy.ts';
import { singleVariants } from '../variants.ts';

const check: Check = {
  id: 'resilience.instance-count',
  topic: 'resilience',
  title: 'instances behind each variant',
  about: ['sagemaker.endpoint-config'],
  why: 'One instance lies in one zone: when it goes, and when the endpoint is changed to contain something, nothing answers.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-best-practices.html'],
  remedy: () =>
    commands(
      cli('sagemaker', 'update-endpoint-weights-and-capacities', {
        'endpoint-name': 'ENDPOINT',
        'desired-weights-and-capacities': 'VariantName=VARIANT,DesiredInstanceCount=2',
      }),
    ),
  judge: (subject, { ask }) =>
    judged(describe.endpointConfig(subject, ask), ({ ProductionVariants = [] }, field) => {
      const counted = ProductionVariants.filter(({ ServerlessConfig }) => !ServerlessConfig);
      if (counted.length === 0) return notApplicable('serverless: AWS runs it in several zones');
      const single = singleVariants(counted);
      return weakIf(
        single.length > 0,
        (single.length > 0 ? single : counted).map(({ VariantName, InitialInstanceCount, ManagedInstanceScaling }) =>
          ManagedInstanceScaling?.MinInstanceCount === undefined
            ? field(`ProductionVariants[${VariantName ?? '?'}].InitialInstanceCount`, InitialInstanceCount)
            : field(
                `ProductionVariants[${VariantName ?? '?'}].ManagedInstanceScaling.MinInstanceCount`,
                ManagedInstanceScaling.MinInstanceCount,
              ),
        ),
      );
    }),
};
export default check;
