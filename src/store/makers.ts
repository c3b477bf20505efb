import type { DatabaseSync } from 'node:sqlite';
import type { ResourceRef } from '../model/resource.ts';
import { relations } from './dimension.ts';

/** Who made a resource, by the records; `undefined` when no record of its making is loaded. */
export interface MakerOf {
  readonly name: string;
  /** Epoch ms. */
  readonly at: number;
}

/**
 * The accepted call that made each of the resources: the last one before now, since a name may be used again. Index look-ups only.
 * Records spell SageMaker's names as people wrote them or, in ARNs, in lower case.
 */
export function makersOf(database: DatabaseSync, resources: readonly ResourceRef[]): readonly (MakerOf | undefined)[] {
  const rows = database.prepare(
    'select id from resource where kind = ? and name in (?, ?) and (arn = ? collate nocase or arn = ?)',
  );
  const made = database.prepare(
    `select event.at as at, principal.name as name from event_resource
       join event on event.id = event_resource.event left join principal on principal.id = event.principal
     where event_resource.resource = ? and event_resource.relation = ? and event.error = 0 order by event.at desc limit 1`,
  );
  const created = relations.indexOf('created');
  return resources.map(({ kind, arn, name }) => {
    let last: MakerOf | undefined;
    for (const { id } of rows.all(kind, name, name.toLowerCase(), arn, '')) {
      const row = made.get(id as number, created);
      if (row && (last === undefined || Number(row.at) > last.at))
        last = { name: String(row.name ?? ''), at: Number(row.at) };
    }
    return last;
  });
}
