import { sagemakerArn } from '../../account/account.ts';
import { findNotebook, requireStatus } from '../../account/notebooks.ts';
import { type Operation, text } from '../../operation.ts';
import { resourceName } from '../../validate.ts';

/** AWS fixes the life of a notebook's URL: five minutes. */
const urlLifeMs = 300_000;

/**
 * Refused unless the notebook runs; what AWS says then is not verified.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html
 */
export default {
  service: 'sagemaker',
  name: 'CreatePresignedNotebookInstanceUrl',
  readOnly: false,
  input: {
    NotebookInstanceName: resourceName,
    SessionExpirationDurationInSeconds: { type: 'number', min: 1800, max: 43_200 },
  },
  resources: (input, { region }) => [sagemakerArn(region, 'notebook-instance', text(input, 'NotebookInstanceName'))],
  run(input, { region, account, random, now }) {
    const notebook = findNotebook(region, text(input, 'NotebookInstanceName'));
    requireStatus(notebook, ['InService'], 'InService');
    const token = random.letters(64);
    account.presigned.set(token, {
      kind: 'notebook',
      name: notebook.name,
      arn: notebook.arn,
      mint: 'sagemaker:CreatePresignedNotebookInstanceUrl',
      expiresAt: now + urlLifeMs,
    });
    return { AuthorizedUrl: `https://${notebook.url}?authToken=${token}` };
  },
  recorded: () => ({ AuthorizedUrl: 'HIDDEN_DUE_TO_SECURITY_REASONS' }),
} satisfies Operation;
