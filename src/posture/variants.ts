import type { OutputOf } from '../aws/operations.ts';

/** A variant of an endpoint config. */
export type Variant = NonNullable<OutputOf<'sagemaker:DescribeEndpointConfig'>['ProductionVariants']>[number];

/** Variants that are served by fewer than two instances; serverless ones are none. */
export const singleVariants = (variants: readonly Variant[]): readonly Variant[] =>
  variants.filter(
    ({ ServerlessConfig, InitialInstanceCount, ManagedInstanceScaling }) =>
      !ServerlessConfig && (ManagedInstanceScaling?.MinInstanceCount ?? InitialInstanceCount ?? 0) < 2,
  );
