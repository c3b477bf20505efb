import type { ResourceRef } from '../model/resource.ts';
import type { ActionContext, ActionPlan, Check } from './action.ts';
import detach from './actions/sagemaker.notebook-instance.detach-lifecycle-config.ts';
import stopNotebook from './actions/sagemaker.notebook-instance.stop.ts';
import remote from './actions/sagemaker.space.disable-remote-access.ts';
import { stopJobSteps, stoppableKinds } from './jobs.ts';
import { describeNotebook } from './notebook.ts';
import { memberOf, readAs } from './state-check.ts';
import { nothingToSend } from './step.ts';
import { appsOfProfile, deleteApps, findProfile, roleOfProfile } from './studio.ts';
import { some } from './words.ts';

/** What stops the compute behind an entry, as a part of a plan. */
export interface Behind
  extends Pick<ActionPlan, 'evidenceLost' | 'notRestored' | 'steps' | 'preconditions' | 'impact'> {
  /** Continues a sentence: "stop notebook fraud-lab …"; empty when nothing runs. */
  readonly words: string;
  readonly stillOpen: NonNullable<ActionPlan['stillOpen']>;
  readonly comesBack: readonly string[];
  readonly undoRisk?: string;
}

const partOf = (plan: ActionPlan): Behind => ({
  words: plan.steps.length === 0 ? '' : plan.summary.replace(/^./, (first) => first.toLowerCase()),
  impact: plan.steps.length === 0 ? '' : plan.impact,
  evidenceLost: plan.evidenceLost,
  notRestored: plan.notRestored,
  steps: plan.steps,
  preconditions: plan.preconditions,
  stillOpen: plan.stillOpen ?? [],
  comesBack: plan.comesBack ?? [],
  ...(plan.undoRisk ? { undoRisk: plan.undoRisk } : {}),
});

const nothing = partOf(nothingToSend(''));

/** Deletes every app of a profile and of its spaces. */
async function closeApps(target: ResourceRef, context: ActionContext): Promise<Behind> {
  const profile = await findProfile(target, context);
  if (!profile) return nothing;
  const apps = await deleteApps(await appsOfProfile(profile, context), context);
  const role = await roleOfProfile(profile, context);
  return {
    words: apps.names.length === 0 ? '' : `delete ${apps.names.length} apps of ${target.name} and its spaces`,
    impact: apps.names.length === 0 ? '' : `Kernels and terminals end, unsaved work is lost: ${some(apps.names)}.`,
    evidenceLost: apps.evidenceLost,
    notRestored: apps.notRestored,
    steps: apps.steps,
    preconditions: apps.preconditions,
    stillOpen: [
      {
        what: `credentials of ${role || 'its role'} that were copied out of its apps`,
        until: null,
        closeWith: role ? `iam.role.quarantine ${role}` : null,
      },
    ],
    comesBack: apps.names.map((name) => `app ${name}, empty`),
    ...(apps.scripts.length > 0 ? { undoRisk: `lifecycle script ${some(apps.scripts)} runs again` } : {}),
  };
}

const server = stoppableKinds.find(({ kind }) => kind === 'sagemaker.mlflow-tracking-server');

async function stopServer(target: ResourceRef, context: ActionContext): Promise<Behind> {
  if (!server) return nothing;
  const state = String(memberOf(await readAs(context.aws, server.read(target), context.signal), server.member));
  if (!server.running.includes(state)) return nothing;
  return {
    words: `stop MLflow tracking server ${target.name}`,
    impact: server.impact,
    evidenceLost: [],
    notRestored: server.notRestored,
    steps: stopJobSteps(server, target, context),
    preconditions: [],
    stillOpen: [],
    comesBack: [`MLflow tracking server ${target.name}`],
  };
}

/**
 * How the thing behind an entry is stopped: a notebook with its lifecycle script taken away, a profile's apps, a space with its remote
 * access, a tracking server. Of a partner app only the entry can be closed.
 */
export async function closeBehind(target: ResourceRef, context: ActionContext): Promise<Behind> {
  switch (target.kind) {
    case 'sagemaker.notebook-instance': {
      const now = await describeNotebook(target.name, context);
      // A script that stays attached is a way back in for whoever may start the notebook, stopped or not.
      const changeable = ['InService', 'Stopping', 'Stopped', 'Updating'].includes(now?.NotebookInstanceStatus ?? '');
      return partOf(
        await (changeable && now?.NotebookInstanceLifecycleConfigName ? detach : stopNotebook).plan(target, context),
      );
    }
    case 'sagemaker.user-profile':
      return closeApps(target, context);
    case 'sagemaker.space':
      return partOf(await remote.plan(target, context));
    case 'sagemaker.mlflow-tracking-server':
      return stopServer(target, context);
    default:
      return nothing;
  }
}

/** Whether nothing behind the entry runs any more. */
export async function isClosedBehind(target: ResourceRef, context: ActionContext): Promise<readonly Check[]> {
  switch (target.kind) {
    case 'sagemaker.notebook-instance':
      return [...(await stopNotebook.verify(target, context)), ...(await detach.verify(target, context))];
    case 'sagemaker.user-profile': {
      const profile = await findProfile(target, context);
      const apps = profile ? await appsOfProfile(profile, context) : [];
      return [
        {
          what: `no app of ${target.name} or its spaces runs`,
          holds: apps.length === 0,
          why: apps.length === 0 ? 'sagemaker:ListApps shows none' : `${apps.length} apps are there`,
        },
      ];
    }
    case 'sagemaker.space':
      return remote.verify(target, context);
    case 'sagemaker.mlflow-tracking-server': {
      if (!server) return [];
      const state = String(memberOf(await readAs(context.aws, server.read(target), context.signal), server.member));
      return [
        {
          what: `MLflow tracking server ${target.name} does not run`,
          holds: server.ended.includes(state),
          why: `${server.member} = ${state}`,
        },
      ];
    }
    default:
      return [];
  }
}
