import { keys, madeUsers, people, roles, rolesTaken, root } from './playbook-identities.ts';
import { openedBuckets, outsiders, shortenedGroups, trails } from './playbook-leaks.ts';
import { notebooks, profiles, scriptedNotebooks, scripts, spaces, studioScripted } from './playbook-scripts.ts';
import type { FoundTarget, Search } from './playbook-search.ts';
import { deployRules, endpoints, madeEndpoints, packages, sharedGroups, sinks } from './playbook-serving.ts';
import { parents, workloads } from './playbook-workloads.ts';

/** Ways to find targets, by name. Pure: the same facts, the same targets in the same order. */
export const targets = {
  roles,
  rolesTaken,
  people,
  keys,
  madeUsers,
  workloads,
  parents,
  scripts,
  scriptedNotebooks,
  studioScripted,
  notebooks,
  profiles,
  spaces,
  endpoints,
  madeEndpoints,
  packages,
  sharedGroups,
  deployRules,
  sinks,
  outsiders,
  openedBuckets,
  trails,
  shortenedGroups,
  root,
} satisfies { readonly [name: string]: (search: Search) => readonly FoundTarget[] };

export type TargetName = keyof typeof targets;
