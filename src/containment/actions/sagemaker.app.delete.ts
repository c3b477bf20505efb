import { RefusedError } from '../../model/errors.ts';
import type { ContainmentAction } from '../action.ts';
import { nothingToSend } from '../step.ts';
import { appWords, deleteApps, describeApp, findApp } from '../studio.ts';
import { lines, some } from '../words.ts';

/** Ends one Studio app: its kernels and terminals. Its home volume stays, and its user may start another at once. Facts A1. */
const action: ContainmentAction = {
  id: 'sagemaker.app.delete',
  title: 'Delete app: ends its kernels and terminals, keeps the home volume',
  class: 'interrupts',
  appliesTo: ['sagemaker.app'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DeleteApp.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateApp.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/notebooks-run-and-manage-shut-down.html',
  ],
  reversible: true,

  async plan(target, context) {
    const address = await findApp(target, context);
    const app = address && (await describeApp(address, context));
    if (!address || !app) return nothingToSend(`App ${target.name} does not exist in ${context.region}, or no more`);
    const words = appWords(address);
    if (app.Status === 'Failed')
      throw new RefusedError('AppFailed', `app ${words} is Failed: AWS does not delete it, and nothing of it runs`, [
        'Close the other apps of its profile',
      ]);
    const { evidenceLost, notRestored, preconditions, scripts, steps } = await deleteApps([address], context);
    return {
      summary: `Delete app ${words} and wait until it has gone`,
      impact: lines(
        `Kernels and terminals of ${words} end, unsaved work is lost; the home volume stays.`,
        scripts.length > 0 && `Lifecycle script ${some(scripts)} runs again when it is made anew, undo included.`,
      ),
      evidenceLost,
      notRestored,
      steps,
      preconditions,
      stillOpen: [
        {
          what: 'its user can start a new app at once, as long as the Studio session lives or sagemaker:CreateApp is allowed',
          until: null,
          closeWith: address.UserProfileName
            ? `sagemaker.user-profile.close-apps ${address.UserProfileName}`
            : `sagemaker.user-profile.close-apps on the owner of space ${address.SpaceName}`,
        },
      ],
      comesBack: [`app ${words}, empty`],
      ...(scripts.length > 0 ? { undoRisk: `lifecycle script ${some(scripts)} runs again` } : {}),
    };
  },

  async verify(target, context) {
    const address = await findApp(target, context);
    const app = address && (await describeApp(address, context));
    return [
      {
        what: `app ${target.name} does not run`,
        holds: !app || app.Status === 'Failed',
        why: app ? `Status = ${app.Status}` : 'sagemaker:ListApps shows it no more',
      },
    ];
  },
};
export default action;
