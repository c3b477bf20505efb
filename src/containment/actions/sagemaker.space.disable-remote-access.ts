import { RefusedError } from '../../model/errors.ts';
import type { ContainmentAction } from '../action.ts';
import { call, nothingToSend, wait } from '../step.ts';
import { deleteApps, findSpace, listApps, spaceSettled } from '../studio.ts';
import { lines, some } from '../words.ts';

/** No remote IDE reaches the space any more. Its apps are deleted first: the tunnel goes through them. Facts P5. */
const action: ContainmentAction = {
  id: 'sagemaker.space.disable-remote-access',
  title: 'Disable remote access of a space: delete its apps, close the door for remote IDEs',
  class: 'interrupts',
  appliesTo: ['sagemaker.space'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateSpace.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/remote-access.html',
  ],
  reversible: true,

  async plan(target, context) {
    const space = await findSpace(target, context);
    if (!space) return nothingToSend(`Space ${target.name} does not exist in ${context.region}`);
    const { DomainId, SpaceName } = space;
    if (space.SpaceSettings?.RemoteAccess !== 'ENABLED')
      return nothingToSend(`Remote access of space ${SpaceName} is off already`);
    if (space.Status !== 'InService')
      throw new RefusedError('SpaceBusy', `space ${SpaceName} is ${space.Status}`, ['Plan again when it is InService']);
    const apps = await deleteApps(
      await listApps({ DomainIdEquals: DomainId ?? '', SpaceNameEquals: SpaceName ?? '' }, context),
      context,
    );
    const update = (RemoteAccess: 'ENABLED' | 'DISABLED') =>
      ({ name: 'sagemaker:UpdateSpace', input: { DomainId, SpaceName, SpaceSettings: { RemoteAccess } } }) as const;
    return {
      summary: lines(
        apps.names.length > 0 && `Delete ${apps.names.length} apps of space ${SpaceName}, then`,
        apps.names.length === 0 && `For space ${SpaceName},`,
        'disable remote access',
      ),
      impact: lines(
        'Remote IDEs reach the space no more.',
        apps.names.length > 0 && `Kernels, terminals and remote connections end: ${some(apps.names)}.`,
        'That an open remote session ends with its app is assumed, not measured on AWS.',
      ),
      evidenceLost: apps.evidenceLost,
      notRestored: apps.notRestored,
      steps: [
        ...apps.steps,
        call(update('DISABLED'), {
          undo: [call(update('ENABLED')), wait('the space must be InService', spaceSettled(space))],
        }),
        wait('the space must be InService', spaceSettled(space)),
      ],
      preconditions: [
        ...apps.preconditions,
        { read: spaceSettled(space).read, member: 'SpaceSettings.RemoteAccess', equals: 'ENABLED' },
      ],
      stillOpen: [
        {
          what: `whoever may call sagemaker:UpdateSpace can enable it again`,
          until: null,
          closeWith: 'iam.role.deny-sagemaker-entry on the roles that started sessions',
        },
      ],
      comesBack: [`remote access to space ${SpaceName}`, ...apps.names.map((name) => `app ${name}, empty`)],
      undoRisk: `remote IDEs can reach space ${SpaceName} again`,
    };
  },

  async verify(target, context) {
    const space = await findSpace(target, context);
    const access = space?.SpaceSettings?.RemoteAccess;
    return [
      {
        what: `remote access of space ${target.name} is off`,
        holds: !space || access !== 'ENABLED',
        why: space ? `SpaceSettings.RemoteAccess = ${access ?? '(not set)'}` : 'sagemaker:ListSpaces shows it no more',
      },
    ];
  },
};
export default action;
