import type { Playbook } from '../playbook.ts';
import * as step from './steps.ts';

/** An endpoint that copies what it is asked and what it answers to somebody else's bucket. Facts 4 #10, #11: E4, S1. */
export default {
  id: 'endpoint-siphon',
  title: 'Endpoint siphon',
  appliesTo: ['sagemaker.endpoint', 'sagemaker.endpoint-config'],
  findings: ['data capture or asynchronous output to a foreign bucket', 'T1567.002', 'AML.T0025'],
  answers: ['sagemaker:CreateEndpointConfig', 'sagemaker:UpdateEndpoint', 'sagemaker:CreateEndpoint'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html',
  ],
  steps: [
    step.keepTheRecord,
    step.quarantineRolesWhenOutside,
    step.deactivateKeys,
    step.denyPeople,
    step.revokeRolesTaken,
    step.rollBackEndpoints,
    step.deleteMadeEndpoints,
    {
      purpose: 'leak',
      actions: [],
      handOff: 'aws-support',
      target: 'sinks',
      why: 'what was copied lies in a bucket that is not this account’s: only AWS can hold on to it',
      none: 'no bucket is known that is somebody else’s',
    },
  ],
} satisfies Playbook;
