import type { ResourceRef } from './resource.ts';

/**
 * What a record hands over: credentials, a way in, or a role to act as. Only of calls that were accepted. Times are epoch ms; `undefined` where
 * the record does not say and AWS documents no default.
 */
export type Grant =
  /** The response names a key that works from now on. `as`: the role or user that it acts as; `session`: the role session's name. */
  | {
      readonly type: 'key';
      readonly accessKeyId: string;
      readonly as: ResourceRef | undefined;
      readonly session: string;
      readonly until: number | undefined;
    }
  /** A URL or token that opens a resource: usable until `urlUntil`, what it opened lives until `until`. */
  | {
      readonly type: 'door';
      readonly resource: ResourceRef;
      readonly urlUntil: number | undefined;
      readonly until: number | undefined;
    }
  /** A session in the console; its keys are named by no record. */
  | { readonly type: 'console' }
  /** The resource's code acts as this role from now on. */
  | { readonly type: 'role'; readonly resource: ResourceRef; readonly role: ResourceRef };
