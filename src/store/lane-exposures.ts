import type { DatabaseSync } from 'node:sqlite';
import type { LaneExposure } from '../model/lane.ts';
import { grantKinds } from './dimension.ts';

/** Ways in that are looked at for one lane, the newest first. */
const most = 50;

/** Ways in that were handed out of each lane's resources and are open within the stretch. Index look-ups only. Epoch ms. */
export function laneExposures(
  database: DatabaseSync,
  lanes: readonly (readonly number[])[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly (readonly LaneExposure[])[] {
  const statement = database.prepare(
    `select event.at as at, handover.url_until as urlUntil, handover.until as until, principal.name as who
    from handover cross join event on event.id = handover.event left join principal on principal.id = event.principal
    where handover.resource = ? and handover.kind = ${grantKinds.indexOf('door')} order by handover.event desc limit ${most}`,
  );
  return lanes.map((rows) =>
    rows
      .flatMap((row) => statement.all(row))
      .map(({ at, urlUntil, until, who }): LaneExposure => {
        const ends = [urlUntil, until].flatMap((end) => (end === null ? [] : [Number(end)]));
        return { from: Number(at), until: ends.length > 0 ? Math.max(...ends) : undefined, who: String(who ?? '') };
      })
      .filter((each) => each.from < to && (each.until === undefined || each.until > from))
      .sort((a, b) => a.from - b.from),
  );
}
