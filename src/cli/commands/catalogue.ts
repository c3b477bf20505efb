import type { CommandEntry } from '../command.ts';

/** Every command. Only the one that is called is loaded: `--version` and `--help` must not pay for the rest. */
export const commands: readonly CommandEntry[] = [
  {
    name: '',
    usage: 'firebreak',
    summary: 'the console on the AWS account of the current credentials',
    load: async () => (await import('./console.ts')).command,
  },
  {
    name: 'drill',
    usage: 'firebreak drill [SCENARIO]',
    summary: 'the console on a simulated account under attack; no AWS needed',
    load: async () => (await import('./drill.ts')).command,
  },
  {
    name: 'open',
    usage: 'firebreak open PATH…',
    summary: 'the console on saved logs (CloudTrail, CloudWatch, EventBridge; files, folders, -)',
    load: async () => (await import('./open.ts')).command,
  },
  {
    name: 'watch',
    usage: 'firebreak watch',
    summary: 'no console: one line an event on stdout until interrupted',
    load: async () => (await import('./watch.ts')).command,
  },
  {
    name: 'doctor',
    usage: 'firebreak doctor',
    summary: 'what this identity can see and do: sources, blind spots, missing permissions',
    load: async () => (await import('./doctor.ts')).command,
  },
  {
    name: 'incidents',
    usage: 'firebreak incidents',
    summary: 'saved incidents',
    load: async () => (await import('./incidents.ts')).command,
  },
  {
    name: 'resume',
    usage: 'firebreak resume NAME',
    summary: 'opens a saved incident where it was',
    load: async () => (await import('./resume.ts')).command,
  },
  {
    name: 'export',
    usage: 'firebreak export [PATH… | --incident NAME]',
    summary: 'the timeline as markdown or as one JSON line an event',
    load: async () => (await import('./export.ts')).command,
  },
  {
    name: 'contain',
    usage: 'firebreak contain [ACTION] TARGET',
    summary: 'plans a containment and prints it; with --arm sends it, verifies it, journals it',
    load: async () => (await import('./contain.ts')).command,
  },
  {
    name: 'undo',
    usage: 'firebreak undo ENTRY',
    summary: 'plans the undo of a containment; with --arm sends it, verified',
    load: async () => (await import('./undo.ts')).command,
  },
  {
    name: 'actions',
    usage: 'firebreak actions',
    summary: 'the containment catalogue',
    load: async () => (await import('./actions.ts')).command,
  },
  {
    name: 'scenarios',
    usage: 'firebreak scenarios',
    summary: 'the drills',
    load: async () => (await import('./scenarios.ts')).command,
  },
  {
    name: 'verify',
    usage: 'firebreak verify FILE…',
    summary: 'checks the hash chain of a journal; names the first line that does not hold',
    load: async () => (await import('./verify.ts')).command,
  },
  {
    name: 'range',
    usage: 'firebreak range',
    summary: 'only the simulated account, for any AWS client; until Ctrl-C',
    load: async () => (await import('./range.ts')).command,
  },
];

/** Flags of any command that take a value, so that `--region eu-west-1 watch` finds its command. */
export const valueFlags: ReadonlySet<string> = new Set([
  'state-dir',
  'profile',
  'region',
  'since',
  'until',
  'incident',
  'expect-account',
  'role-arn',
  'external-id',
  'source',
  'seed',
  'speed',
  'port',
  'scenario',
  'truth',
  'faults',
  'rate',
  'for',
  'filter',
  'format',
  'output',
  'reason',
  'confirm',
  'set',
  'plan',
  'apply',
]);
