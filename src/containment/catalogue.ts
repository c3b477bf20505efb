// Written by npm run generate
import type { ContainmentAction } from './action.ts';
import iamRoleDenyAll from './actions/iam.role.deny-all.ts';
import sagemakerEndpointDelete from './actions/sagemaker.endpoint.delete.ts';
import sagemakerNotebookInstanceStop from './actions/sagemaker.notebook-instance.stop.ts';

/** Every containment action, in order of their ids. */
export const actions: readonly ContainmentAction[] = [
  iamRoleDenyAll,
  sagemakerEndpointDelete,
  sagemakerNotebookInstanceStop,
].flat();
