import type { PostureResult } from '../model/posture.ts';
import { shortKind, tellingName } from '../model/resource.ts';
import { code } from './markdown.ts';

/** What a result is about, as inline code: `nb fraud-lab`; of the account as a whole with the Region. */
export const postureSubject = ({ resource, region }: Pick<PostureResult, 'resource' | 'region'>): string =>
  code(`${shortKind(resource.kind)} ${tellingName(resource)}${resource.kind === 'account' ? ` ${region}` : ''}`);

/** What AWS answered: `RootAccess = Enabled` (`sagemaker:DescribeNotebookInstance`). */
export const postureEvidence = ({ evidence }: Pick<PostureResult, 'evidence'>): readonly string[] =>
  evidence.map(({ operation, field, value }) => `${code(`${field} = ${value}`)} (${code(operation)})`);
