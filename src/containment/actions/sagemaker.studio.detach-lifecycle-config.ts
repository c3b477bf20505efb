import type { ReadCall, WriteCall } from '../../aws/aws.ts';
import { RefusedError, UsageError } from '../../model/errors.ts';
import type { ResourceRef } from '../../model/resource.ts';
import type { ActionContext, ContainmentAction, StateCheck } from '../action.ts';
import { attempt } from '../attempt.ts';
import { unlessGone } from '../state-check.ts';
import { call, nothingToSend, wait } from '../step.ts';
import {
  type AppAddress,
  appsOfProfile,
  deleteApps,
  describeApp,
  findProfile,
  findSpace,
  listApps,
  profileSettled,
  spaceSettled,
} from '../studio.ts';
import { type Settings, scriptsOf, withoutScripts } from '../studio-scripts.ts';
import { lines, some } from '../words.ts';

/** A domain, profile or space: where its settings stand, and how they are set. */
interface Holder {
  /** `user profile alice`. */
  readonly words: string;
  readonly status: string | undefined;
  readonly settled: StateCheck;
  /** Members of the answer that hold settings; a domain has two. */
  readonly groups: readonly { readonly member: string; readonly settings: Settings | undefined }[];
  set(settings: { readonly [group: string]: object }): WriteCall;
  /** Apps that may run one of the scripts. */
  apps(): Promise<readonly AppAddress[]>;
  /** AWS takes new settings of a space only while no app of it runs. */
  readonly allAppsFirst: boolean;
}

async function domainHolder({ name }: ResourceRef, context: ActionContext): Promise<Holder | undefined> {
  const { aws, signal } = context;
  const domain = await unlessGone(
    aws.call('sagemaker:DescribeDomain', { DomainId: name }, { signal, priority: 'operator' }),
  );
  if (!domain) return undefined;
  const { DomainId = name } = domain;
  return {
    words: `domain ${DomainId} (${domain.DomainName})`,
    status: domain.Status,
    settled: {
      read: { name: 'sagemaker:DescribeDomain', input: { DomainId } },
      member: 'Status',
      until: ['InService'],
      unless: ['Failed', 'Update_Failed', 'Deleting'],
      underWay: ['Updating'],
    },
    groups: [
      { member: 'DefaultUserSettings', settings: domain.DefaultUserSettings },
      { member: 'DefaultSpaceSettings', settings: domain.DefaultSpaceSettings },
    ],
    set: (settings) => ({ name: 'sagemaker:UpdateDomain', input: { DomainId, ...settings } }),
    apps: () => listApps({ DomainIdEquals: DomainId }, context),
    allAppsFirst: false,
  };
}

async function profileHolder(target: ResourceRef, context: ActionContext): Promise<Holder | undefined> {
  const profile = await findProfile(target, context);
  if (!profile) return undefined;
  const { DomainId, UserProfileName } = profile;
  return {
    words: `user profile ${UserProfileName}`,
    status: profile.Status,
    settled: profileSettled(profile),
    groups: [{ member: 'UserSettings', settings: profile.UserSettings }],
    set: (settings) => ({ name: 'sagemaker:UpdateUserProfile', input: { DomainId, UserProfileName, ...settings } }),
    apps: () => appsOfProfile(profile, context),
    allAppsFirst: false,
  };
}

async function spaceHolder(target: ResourceRef, context: ActionContext): Promise<Holder | undefined> {
  const space = await findSpace(target, context);
  if (!space) return undefined;
  const { DomainId, SpaceName } = space;
  return {
    words: `space ${SpaceName}`,
    status: space.Status,
    settled: spaceSettled(space),
    groups: [{ member: 'SpaceSettings', settings: space.SpaceSettings }],
    set: (settings) => ({ name: 'sagemaker:UpdateSpace', input: { DomainId, SpaceName, ...settings } }),
    apps: () => listApps({ DomainIdEquals: DomainId ?? '', SpaceNameEquals: SpaceName ?? '' }, context),
    allAppsFirst: true,
  };
}

/** The settings that a target means; `undefined` when it is not there. */
const holderOf = (target: ResourceRef, context: ActionContext): Promise<Holder | undefined> =>
  target.kind === 'sagemaker.domain'
    ? domainHolder(target, context)
    : target.kind === 'sagemaker.space'
      ? spaceHolder(target, context)
      : profileHolder(target, context);

const attachedTo = ({ groups }: Holder): readonly string[] => [
  ...new Set(groups.flatMap(({ settings }) => scriptsOf(settings))),
];

/** The scripts of the parameter. @throws UsageError */
function chosen({ params }: ActionContext): readonly string[] {
  const arns = [...new Set((params.scripts ?? '').split(/[\s,]+/).filter(Boolean))].sort();
  const wrong = arns.find((arn) => !/^arn:[^:]+:sagemaker:[^:]*:\d{12}:studio-lifecycle-config\/.+$/.test(arn));
  if (arns.length === 0 || wrong !== undefined)
    throw new UsageError(
      wrong === undefined ? 'which lifecycle scripts to detach is missing' : `${wrong} is no ARN of a lifecycle script`,
      { nextSteps: ['Give --set scripts=arn:…:studio-lifecycle-config/NAME[,…]'] },
    );
  return arns;
}

const nameOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);
const contentRead = (arn: string): ReadCall => ({
  name: 'sagemaker:DescribeStudioLifecycleConfig',
  input: { StudioLifecycleConfigName: nameOf(arn) },
});

/** Apps of the holder that run one of the scripts, or all of them where AWS wants that. */
async function appsToEnd(holder: Holder, scripts: ReadonlySet<string>, context: ActionContext) {
  const all = await holder.apps();
  if (holder.allAppsFirst) return all;
  const running: AppAddress[] = [];
  for (const address of all) {
    const app = await describeApp(address, context);
    const script = app?.ResourceSpec?.LifecycleConfigArn ?? app?.BuiltInLifecycleConfigArn;
    if (script !== undefined && scripts.has(script)) running.push(address);
  }
  return running;
}

/**
 * Takes scripts that run at every start of an app out of the settings of a domain, user profile or space. Apps that run with one of them
 * are deleted first: AWS wants none to use it, and they run it already. The script itself is kept, as evidence. Facts A4.
 */
const action: ContainmentAction = {
  id: 'sagemaker.studio.detach-lifecycle-config',
  title: 'Detach lifecycle scripts of Studio: delete the apps that run them, take them out of the settings',
  class: 'interrupts',
  appliesTo: ['sagemaker.user-profile', 'sagemaker.domain', 'sagemaker.space'],
  references: [
    'https://docs.aws.amazon.com/sagemaker/latest/dg/jl-lcc-delete.html',
    'https://docs.aws.amazon.com/sagemaker/latest/dg/studio-lcc-delete.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateUserProfile.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDomain.html',
    'https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateSpace.html',
  ],
  reversible: true,
  parameters: [
    {
      name: 'scripts',
      title: 'lifecycle scripts to detach',
      async choices(target, context) {
        const holder = await holderOf(target, context);
        const arns = holder ? attachedTo(holder).toSorted() : [];
        return [...(arns.length > 1 ? [arns.join(',')] : []), ...arns];
      },
    },
  ],

  async plan(target, context) {
    const scripts = chosen(context);
    const wanted = new Set(scripts);
    const holder = await holderOf(target, context);
    if (!holder) return nothingToSend(`${target.name} does not exist in ${context.region}`);
    const changes = holder.groups.flatMap(({ member, settings }) => {
      const changed = Object.entries(withoutScripts(settings, wanted));
      return changed.length > 0 ? [{ member, changed }] : [];
    });
    const names = some(scripts.map(nameOf));
    if (changes.length === 0) return nothingToSend(`No setting of ${holder.words} names ${names}`);
    if (holder.status !== 'InService')
      throw new RefusedError(
        'StudioBusy',
        `${holder.words} is ${holder.status}: AWS changes it only while it is InService`,
        ['Plan again when it is InService'],
      );
    const apps = await deleteApps(await appsToEnd(holder, wanted, context), context);
    // Their text is kept in the snapshot: whoever wrote them may delete them.
    const contents = await Promise.all(
      scripts.map(async (arn) => ({
        arn,
        ...(await attempt(
          context.aws.call(
            'sagemaker:DescribeStudioLifecycleConfig',
            { StudioLifecycleConfigName: nameOf(arn) },
            { signal: context.signal, priority: 'operator' },
          ),
        )),
      })),
    );
    const settings = (which: 'before' | 'after') =>
      Object.fromEntries(
        changes.map(({ member, changed }) => [
          member,
          Object.fromEntries(changed.map(([appSettings, value]) => [appSettings, value[which]])),
        ]),
      );
    const settled = wait(`${holder.words} must be InService`, holder.settled);
    const where = changes.flatMap(({ member, changed }) => changed.map(([appSettings]) => `${member}.${appSettings}`));
    return {
      summary: lines(
        apps.names.length > 0 && `Delete ${apps.names.length} apps of ${holder.words}, then`,
        apps.names.length === 0 && `For ${holder.words},`,
        `take lifecycle scripts ${names} out of ${some(where)}`,
      ),
      impact: lines(
        'Apps that start from now on run without them.',
        apps.names.length > 0 && `Kernels and terminals end, unsaved work is lost: ${some(apps.names)}.`,
        target.kind === 'sagemaker.domain' &&
          'Profiles and spaces that name them in settings of their own keep them: detach them there, too.',
        'That the other settings of these apps stay as they are when sent whole is assumed, not measured on AWS: they are in the snapshot.',
      ),
      evidenceLost: apps.evidenceLost,
      notRestored: [
        ...apps.notRestored,
        ...contents.flatMap(({ arn, missing }) =>
          missing === 'denied' ? [`the text of ${nameOf(arn)}, should somebody delete it (reading it was denied)`] : [],
        ),
      ],
      steps: [
        ...apps.steps,
        call(holder.set(settings('after')), { undo: [call(holder.set(settings('before'))), settled] }),
        settled,
      ],
      preconditions: [{ read: holder.settled.read, member: 'Status', equals: 'InService' }, ...apps.preconditions],
      stillOpen: [
        {
          what: `whoever may call ${holder.set({}).name} can attach a script again, or start an app with one that he names himself`,
          until: null,
          closeWith: null,
        },
        {
          what: 'what the scripts left in home directories and volumes: .bashrc, cron, IPython profiles',
          until: null,
          closeWith: null,
        },
      ],
      comesBack: [`lifecycle scripts ${names} for ${holder.words}`, ...apps.names.map((name) => `app ${name}, empty`)],
      undoRisk: `${names} runs again at the start of every app of ${holder.words}`,
      // A script that was deleted since, or made anew under the same name, is not given back unseen.
      undoNeeds: contents.flatMap(({ arn, value }) =>
        value?.StudioLifecycleConfigContent === undefined
          ? []
          : [
              {
                read: contentRead(arn),
                member: 'StudioLifecycleConfigContent',
                equals: value.StudioLifecycleConfigContent,
              },
            ],
      ),
    };
  },

  async verify(target, context) {
    const wanted = new Set(chosen(context));
    const holder = await holderOf(target, context);
    const left = holder ? attachedTo(holder).filter((arn) => wanted.has(arn)) : [];
    return [
      {
        what: `no setting of ${target.name} names ${some([...wanted].map(nameOf))}`,
        holds: left.length === 0,
        why: holder
          ? left.length === 0
            ? `its settings name ${some(attachedTo(holder).map(nameOf)) || 'no script'}`
            : `its settings name ${some(left.map(nameOf))}`
          : 'AWS shows it no more',
      },
    ];
  },

  async *affected(target, context) {
    for (const arn of chosen(context))
      yield {
        kind: 'sagemaker.studio-lifecycle-config',
        arn,
        why: 'kept as it is, as evidence; other domains, profiles and spaces that name it still run it',
      };
    if (target.kind === 'sagemaker.domain')
      yield {
        kind: 'sagemaker.domain',
        arn: target.arn,
        why: 'every user profile and space of it that has no such setting of its own',
      };
  },
};
export default action;
