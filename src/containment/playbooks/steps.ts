import { stoppableKinds } from '../jobs.ts';
import type { PlaybookStep } from '../playbook.ts';

const stopOf = (kind: string): string => `${kind}.stop`;
const servers = ['sagemaker.mlflow-tracking-server'];

/** Recording goes on, or what follows is not seen. */
export const keepTheRecord: PlaybookStep = {
  purpose: 'record',
  actions: ['cloudtrail.trail.start-logging'],
  target: 'trails',
  why: 'the attack switched the trail off: what it does next would not be recorded',
  none: 'no trail was switched off',
};

/** The role's credentials, by a deny that leaves logs and clean-up. */
export const quarantineRoles: PlaybookStep = {
  purpose: 'credentials',
  actions: ['iam.role.quarantine'],
  target: 'roles',
  why: 'whoever holds credentials of the role, and whatever code still runs with it, is refused; logs flow on and AWS can clean up',
  none: 'no role is known that it runs as',
  instead: ['iam.role.set-boundary', 'iam.role.deny-all', 'iam.role.revoke-sessions'],
};

/** The same, but only where the credentials are out: a shared role runs other people's work. */
export const quarantineRolesWhenOutside: PlaybookStep = { ...quarantineRoles, when: 'outside' };

/** Sessions that were taken on with stolen credentials live on when those are refused. */
export const revokeRolesTaken: PlaybookStep = {
  purpose: 'entry',
  actions: ['iam.role.revoke-sessions'],
  target: 'rolesTaken',
  why: 'sessions of it that the attack took on are refused; whoever takes it on later is not',
  none: 'no role was taken on',
  instead: ['iam.role.quarantine', 'iam.role.set-boundary'],
};

/** No new URL, no new session. */
export const denyEntry: PlaybookStep = {
  purpose: 'entry',
  actions: ['iam.user.deny-sagemaker-entry', 'iam.role.deny-sagemaker-entry'],
  target: 'people',
  why: 'no new presigned URL and no remote session; that it cuts open ones too is assumed, the stop below does',
  none: 'nobody is known who opened it',
  instead: ['iam.user.deny-all', 'iam.role.quarantine'],
};

/** Whoever acts in it may do nothing more. */
export const denyPeople: PlaybookStep = {
  purpose: 'entry',
  actions: ['iam.user.deny-all', 'iam.role.quarantine'],
  target: 'people',
  why: 'every key, password and session is refused, also those that nobody saw used',
  none: 'no user or role of this account is known that acts in it',
  instead: ['iam.role.revoke-sessions'],
};

export const deactivateKeys: PlaybookStep = {
  purpose: 'entry',
  actions: ['iam.access-key.deactivate'],
  target: 'keys',
  why: 'whoever has a copy of the key is refused; the id stays, so it keeps its owner',
  none: 'no long-lived key was used',
  instead: ['iam.user.deny-all'],
};

/** What would start again what is stopped below. */
export const stopParents: PlaybookStep = {
  purpose: 'parents',
  actions: [
    'events.rule.disable',
    'scheduler.schedule.disable',
    ...['hyper-parameter-tuning-job', 'automl-job', 'pipeline-execution', 'monitoring-schedule'].map((kind) =>
      stopOf(`sagemaker.${kind}`),
    ),
  ],
  target: 'parents',
  why: 'it starts jobs: stopped after them it would start the next',
  none: 'nothing is known that starts the jobs again',
};

export const stopWorkloads: PlaybookStep = {
  purpose: 'compute',
  actions: stoppableKinds
    .map(({ kind }) => kind)
    .filter((kind) => !servers.includes(kind))
    .map(stopOf),
  target: 'workloads',
  why: 'it runs for the attack, with the role’s credentials and at the account’s expense',
  none: 'nothing is known that runs for the attack',
};

export const stopNotebooks: PlaybookStep = {
  purpose: 'compute',
  actions: ['sagemaker.notebook-instance.stop'],
  target: 'notebooks',
  why: 'ends every session and kernel on it; it is what surely ends an open URL',
  none: 'no notebook is at work in it',
};

/** After the stop: AWS takes the change only then, and the next start would run the script as root. */
export const detachScripts: PlaybookStep = {
  purpose: 'compute',
  actions: ['sagemaker.notebook-instance.detach-lifecycle-config'],
  target: 'scriptedNotebooks',
  why: 'the next start would run the script as root again',
  none: 'no lifecycle script hangs on a notebook of it',
};

export const neutraliseScripts: PlaybookStep = {
  purpose: 'compute',
  actions: ['sagemaker.notebook-instance-lifecycle-config.neutralise'],
  target: 'scripts',
  why: 'every notebook that starts with it would run it; what it held is in the snapshot',
  none: 'no lifecycle script of the attack is known',
};

/** Before the apps are closed: the next one would start with the script. */
export const detachStudioScripts: PlaybookStep = {
  purpose: 'compute',
  actions: ['sagemaker.studio.detach-lifecycle-config'],
  target: 'studioScripted',
  why: 'every app that starts there would run the script',
  none: 'no Studio script of the attack is known',
};

export const closeApps: PlaybookStep = {
  purpose: 'compute',
  actions: ['sagemaker.user-profile.close-apps'],
  target: 'profiles',
  why: 'ends every kernel and terminal of the profile and its spaces, and keeps new apps from being started',
  none: 'no user profile is known',
};

/** Endpoints that were pointed elsewhere go back to what served before. */
export const rollBackEndpoints: PlaybookStep = {
  purpose: 'leak',
  actions: ['sagemaker.endpoint.roll-back-config'],
  target: 'endpoints',
  why: 'it serves by what the attack made: the config before serves on without an outage',
  none: 'no endpoint was changed',
  instead: ['sagemaker.endpoint.deny-invoke', 'sagemaker.endpoint.delete'],
};

/** Endpoints that the attack made have nothing to go back to. */
export const deleteMadeEndpoints: PlaybookStep = {
  purpose: 'leak',
  actions: ['sagemaker.endpoint.delete'],
  target: 'madeEndpoints',
  why: 'the attack made it: nobody else needs it, and its config stays as evidence',
  none: 'no endpoint was made',
};

/** What somebody with a way in may have started and left behind, in the order in which it can be taken down. */
export const takeDown: readonly PlaybookStep[] = [
  stopParents,
  stopNotebooks,
  detachScripts,
  neutraliseScripts,
  stopWorkloads,
  rollBackEndpoints,
  deleteMadeEndpoints,
];
