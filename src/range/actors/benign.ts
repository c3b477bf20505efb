import { agents } from './agents.ts';
import type { Routine } from './workers.ts';

type Call = Routine['calls'][number];
/** A call as `service:Operation`, with its input. */
export const asks = (operation: string, input: Call['input'] = {}): Call => ({ operation, input });

const looksAtNotebook = [
  asks('sagemaker:DescribeNotebookInstance', { NotebookInstanceName: 'fraud-lab' }),
  asks('sagemaker:ListNotebookInstances'),
  {
    ...asks('sagemaker:CreatePresignedNotebookInstanceUrl', { NotebookInstanceName: 'fraud-lab' }),
    onlyInHistory: true,
  },
] as const satisfies readonly Call[];

/**
 * Those who live in the account, and what each keeps doing; a scenario takes whom it needs and may give them other calls. People work in
 * bursts, programs to the beat.
 */
const everybody = {
  alice: {
    who: 'alice',
    sourceIp: '203.0.113.10',
    userAgent: agents.notebookUser,
    everyMs: 70_000,
    calls: [...looksAtNotebook, asks('sagemaker:DescribeEndpoint', { EndpointName: 'fraud-scorer' })],
  },
  bob: {
    who: 'bob',
    sourceIp: '203.0.113.24',
    userAgent: agents.officeCli,
    everyMs: 50_000,
    rhythm: 'bursts',
    calls: [
      asks('sagemaker:ListEndpoints'),
      asks('sagemaker:ListModels'),
      asks('sagemaker:DescribeEndpoint', { EndpointName: 'recsys-ranker' }),
      asks('sagemaker:DescribeInferenceComponent', { InferenceComponentName: 'llm-chat' }),
    ],
  },
  ci: {
    who: 'ci',
    sourceIp: '192.0.2.50',
    userAgent: agents.pipeline,
    everyMs: 120_000,
    rhythm: 'beat',
    calls: [
      asks('sts:GetCallerIdentity'),
      asks('sagemaker:DescribeEndpoint', { EndpointName: 'fraud-scorer' }),
      asks('sagemaker:DescribeEndpoint', { EndpointName: 'churn-canary' }),
      asks('sagemaker:DescribeEndpointConfig', { EndpointConfigName: 'recsys-ranker-v12' }),
      asks('application-autoscaling:DescribeScalableTargets', { ServiceNamespace: 'sagemaker' }),
    ],
  },
  'ci-batch': {
    who: 'ci-batch',
    sourceIp: '192.0.2.61',
    userAgent: agents.batch,
    everyMs: 150_000,
    rhythm: 'beat',
    calls: [
      asks('sagemaker:ListTrainingJobs', { StatusEquals: 'InProgress' }),
      asks('sagemaker:DescribeTrainingJob', { TrainingJobName: 'churn-train-20261123' }),
      asks('sagemaker:DescribeTrainingJob', { TrainingJobName: 'fraud-train-20261123' }),
    ],
  },
} as const satisfies { readonly [name: string]: Routine };

/** Somebody's routine, with what is different about it in this story. */
export const routine = (name: keyof typeof everybody, other: Partial<Routine> = {}): Routine => ({
  ...everybody[name],
  ...other,
});
