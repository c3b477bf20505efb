import { type Check, judged, weakIf } from '../check.ts';
import * as describe from '../describe.ts';
import { cli, commands, comment } from '../remedy.ts';

const check: Check = {
  id: 'infrastructure.notebook-root-access',
  topic: 'infrastructure security',
  title: 'root access on the notebook',
  about: ['sagemaker.notebook-instance'],
  why: 'Whoever opens it, by a presigned URL too, is root: agents can be stopped, and what is left behind starts with the machine.',
  references: ['https://docs.aws.amazon.com/sagemaker/latest/dg/nbi-root-access.html'],
  remedy: ({ name }) =>
    commands(
      comment(
        'While it is stopped; lifecycle scripts run as root even then. firebreak contain sagemaker.notebook-instance.disable-root-access does this',
      ),
      cli('sagemaker', 'stop-notebook-instance', { 'notebook-instance-name': name }),
      cli('sagemaker', 'wait notebook-instance-stopped', { 'notebook-instance-name': name }),
      cli('sagemaker', 'update-notebook-instance', { 'notebook-instance-name': name, 'root-access': 'Disabled' }),
    ),
  judge: (subject, { ask }) =>
    judged(describe.notebook(subject, ask), ({ RootAccess }, field) =>
      RootAccess === undefined
        ? { verdict: 'unknown', evidence: [field('RootAccess', RootAccess)], note: 'AWS does not say' }
        : weakIf(RootAccess !== 'Disabled', [field('RootAccess', RootAccess)]),
    ),
};
export default check;
