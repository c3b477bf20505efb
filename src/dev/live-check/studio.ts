import * as sm from '@aws-sdk/client-sagemaker';
import { type Bench, type Claim, refusalOf, seen, unseen } from './claim.ts';

const minuteMs = 60_000;

/** A user profile of this run in the sandbox's domain; deleted at the end. */
async function makeProfile(bench: Bench, name: string, UserSettings: sm.UserSettings = {}) {
  const profile = { DomainId: bench.domainId, UserProfileName: `${bench.prefix}-${name}` };
  const { sagemaker } = bench;
  await sagemaker.send(new sm.CreateUserProfileCommand({ ...profile, UserSettings }));
  bench.cleanUp(`user profile ${profile.UserProfileName}`, () =>
    sagemaker.send(new sm.DeleteUserProfileCommand(profile)),
  );
  const settled = () =>
    bench.until(10 * minuteMs, async () => {
      const { Status } = await sagemaker.send(new sm.DescribeUserProfileCommand(profile));
      return Status === 'InService' ? true : undefined;
    });
  await settled();
  return { profile, settled };
}

const merge: Claim = {
  id: 'user-settings-merge',
  claim: 'UpdateUserProfile leaves members of UserSettings alone that it is not given, and replaces those that it is.',
  needs: ['domainId'],
  does: [
    'sagemaker:CreateUserProfile with settings for JupyterLab and CodeEditor, in the domain given by --domain-id',
    'sagemaker:UpdateUserProfile with another part of JupyterLab alone; sagemaker:DescribeUserProfile',
    'sagemaker:DeleteUserProfile',
  ],
  costs: 'nothing',
  async measure(bench) {
    const { profile, settled } = await makeProfile(bench, 'merge', {
      JupyterLabAppSettings: {
        DefaultResourceSpec: { InstanceType: 'ml.t3.medium' },
        CodeRepositories: [{ RepositoryUrl: 'https://example.com/repo.git' }],
      },
      CodeEditorAppSettings: { DefaultResourceSpec: { InstanceType: 'ml.t3.large' } },
    });
    await bench.sagemaker.send(
      new sm.UpdateUserProfileCommand({
        ...profile,
        UserSettings: { JupyterLabAppSettings: { DefaultResourceSpec: { InstanceType: 'ml.t3.xlarge' } } },
      }),
    );
    await settled();
    const { UserSettings } = await bench.sagemaker.send(new sm.DescribeUserProfileCommand(profile));
    const other = UserSettings?.CodeEditorAppSettings?.DefaultResourceSpec?.InstanceType === 'ml.t3.large';
    const inner = (UserSettings?.JupyterLabAppSettings?.CodeRepositories ?? []).length > 0;
    return seen(
      `the other app's settings ${other ? 'stay' : 'ARE GONE'}; a member of the same app's settings that was not sent ${inner ? 'stays (deep merge)' : 'is gone (replaced)'}`,
    );
  },
};

const remote: Claim = {
  id: 'remote-access-while-running',
  claim: 'UpdateSpace takes RemoteAccess only while no app of the space runs.',
  needs: ['domainId'],
  does: [
    'sagemaker:CreateUserProfile, CreateSpace (private, JupyterLab, remote access on), CreateApp (ml.t3.medium), in the domain given by --domain-id',
    'sagemaker:UpdateSpace RemoteAccess DISABLED while the app runs: the answer is kept',
    'sagemaker:DeleteApp, DeleteSpace, DeleteUserProfile',
  ],
  costs: 'an app on ml.t3.medium for about ten minutes: some cents',
  async measure(bench) {
    const { sagemaker } = bench;
    const { profile } = await makeProfile(bench, 'remote');
    const space = { DomainId: bench.domainId, SpaceName: `${bench.prefix}-remote` };
    await sagemaker.send(
      new sm.CreateSpaceCommand({
        ...space,
        OwnershipSettings: { OwnerUserProfileName: profile.UserProfileName },
        SpaceSharingSettings: { SharingType: 'Private' },
        SpaceSettings: { AppType: 'JupyterLab', RemoteAccess: 'ENABLED' },
      }),
    );
    const spaceStatus = async () => (await sagemaker.send(new sm.DescribeSpaceCommand(space))).Status;
    bench.cleanUp(`space ${space.SpaceName}`, async () => {
      await bench.until(10 * minuteMs, async () => ((await spaceStatus()) === 'InService' ? true : undefined));
      await sagemaker.send(new sm.DeleteSpaceCommand(space));
      await bench.until(10 * minuteMs, async () => ((await refusalOf(spaceStatus())) ? true : undefined));
    });
    await bench.until(10 * minuteMs, async () => ((await spaceStatus()) === 'InService' ? true : undefined));
    const app = { ...space, AppType: 'JupyterLab', AppName: 'default' } as const;
    const appStatus = async () => (await sagemaker.send(new sm.DescribeAppCommand(app))).Status;
    await sagemaker.send(new sm.CreateAppCommand({ ...app, ResourceSpec: { InstanceType: 'ml.t3.medium' } }));
    bench.cleanUp(`app of ${space.SpaceName}`, async () => {
      await sagemaker.send(new sm.DeleteAppCommand(app));
      await bench.until(10 * minuteMs, async () => ((await appStatus()) === 'Deleted' ? true : undefined));
    });
    const up = await bench.until(15 * minuteMs, async () => ((await appStatus()) === 'InService' ? true : undefined));
    if (!up) return unseen('the app was not InService within 15 minutes');
    const refused = await refusalOf(
      sagemaker.send(new sm.UpdateSpaceCommand({ ...space, SpaceSettings: { RemoteAccess: 'DISABLED' } })),
    );
    return seen(refused === undefined ? 'taken while the app runs' : `refused while the app runs: ${refused}`);
  },
};

export default [merge, remote];
