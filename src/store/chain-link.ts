import { type ChainLink, firstActions } from '../model/chain.ts';
import { type Draft, type Holder, order, plain } from './chain-drafts.ts';
import type { GraphReader } from './graph-reader.ts';

const mostActions = 10;

/** Reads that carry data out, not descriptions. */
const dataReads =
  /^(?:s3:GetObject|s3:SelectObjectContent|secretsmanager:(?:Batch)?GetSecretValue|ssm:GetParameters?(?:ByPath)?|kms:Decrypt|dynamodb:(?:Scan|Query|(?:Batch)?GetItem)|sagemaker:(?:(?:Batch)?GetRecord|Invoke\w*)|ecr:BatchGetImage|ecr:GetDownloadUrlForLayer|logs:(?:GetLogEvents|FilterLogEvents|GetQueryResults)|athena:GetQueryResults|lambda:Invoke)/;
/** Services whose reads of data give the content itself, not a key to it or a line about it. */
const contents = /^(?:s3|secretsmanager|ssm|dynamodb):/;
const readsData = (action: string): boolean => dataReads.test(action);

/** A draft as the chain shows it, with what its holder did. */
export function linkOf(graph: GraphReader, draft: Draft): ChainLink {
  const { holder, name, handover, certainty, why, otherwise, until, resource } = draft;
  const common = { handover, name, resource, by: draft.by && plain(draft.by), certainty, why, otherwise, until };
  if (!holder)
    return {
      ...common,
      accessKeyId: draft.key ?? '',
      keys: draft.key ? 1 : 0,
      events: 0,
      errors: 0,
      first: undefined,
      last: undefined,
      actions: [],
    };
  const deeds = graph.deeds(holder.rows);
  const of = (at: number) => {
    const events = holder.rows.flatMap((row) => graph.eventAt(row, at) ?? []).sort((a, b) => order(a.id, b.id));
    return events[0] && plain(events[0]);
  };
  return {
    ...common,
    accessKeyId: holder.principal.accessKeyId ?? '',
    keys: holder.keys.length,
    events: deeds.events,
    errors: deeds.errors,
    first: deeds.events === 0 ? undefined : of(deeds.firstAt),
    last: deeds.events === 0 ? undefined : of(deeds.lastAt),
    actions: actionsOf(graph, holder),
  };
}

/**
 * Changes, then reads of data, then the rest; within each the rarer first: what is done once tells more than what is done all day. However
 * many changes there are, one read of data stands among the first: that data left is what the incident will be about.
 */
function actionsOf(graph: GraphReader, { rows }: Holder): ChainLink['actions'] {
  const byAction = new Map<number, { events: number; changes: number; firstAt: number; principal: number }>();
  for (const { action, events, changes, firstAt, principal } of graph.deedsByAction(rows)) {
    const before = byAction.get(action);
    if (!before) byAction.set(action, { events, changes, firstAt, principal });
    else {
      before.events += events;
      before.changes += changes;
      if (firstAt < before.firstAt) Object.assign(before, { firstAt, principal });
    }
  }
  const ranked = [...byAction]
    .map(([id, deed]) => ({
      id,
      action: graph.text(id),
      ...deed,
      rank: deed.changes > 0 ? 0 : readsData(graph.text(id)) ? 1 : 2,
    }))
    .sort((a, b) => a.rank - b.rank || a.events - b.events || order(a.action, b.action));
  const reads = ranked.filter(({ rank }) => rank === 1);
  const read = reads.find(({ action }) => contents.test(action)) ?? reads[0];
  if (read && ranked.indexOf(read) >= firstActions) {
    ranked.splice(ranked.indexOf(read), 1);
    ranked.splice(firstActions - 1, 0, read);
  }
  return ranked.slice(0, mostActions).flatMap(({ id, action, events, changes, firstAt, principal }) => {
    const first = graph.eventAt(principal, firstAt, id);
    return first ? [{ action, events, isChange: changes > 0, first: plain(first) }] : [];
  });
}
