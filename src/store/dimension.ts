import type { EventOrigin, Severity } from '../model/event.ts';
import type { Grant } from '../model/grant.ts';
import type { Relation } from '../model/resource.ts';

/** The kinds of interned text, as the `value` table numbers them. Part of the file format: never renumber. */
export const dimensions = {
  action: 1,
  address: 2,
  agent: 3,
  error: 4,
  errorText: 5,
  account: 6,
  region: 7,
  route: 8,
} as const;
export type Dimension = keyof typeof dimensions;

/** By their number in the file: never reorder. */
export const origins: readonly EventOrigin[] = ['cloudtrail', 'cloudwatch-logs', 'eventbridge', 'responder'];
export const relations: readonly Relation[] = ['target', 'created', 'uses', 'parent'];
/** The higher the worse. */
export const severities: readonly Severity[] = ['informational', 'low', 'medium', 'high', 'critical'];
/** Kinds of `handover`, by their number in the file: never reorder. */
export const grantKinds: readonly Grant['type'][] = ['key', 'door', 'console', 'role'];
