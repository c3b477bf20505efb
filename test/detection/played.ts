import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
  type FilterLogEventsCommandOutput,
} from '@aws-sdk/client-cloudwatch-logs';
import type { RawRecord } from '../../src/model/event.ts';
import { startRange, TurnedClock } from '../../src/range/range.ts';
import { scenarios } from '../../src/range/scenarios/catalogue.ts';
import { clientsOf } from '../range/clients.ts';
import type { TruthLine } from '../range/inside.ts';

/** A record of a played story, as somebody who watches gets it. */
export interface Arrival {
  readonly raw: RawRecord;
  /** Epoch ms: when it could first be read by any route. */
  readonly at: number;
}

/** A story without anybody who answers. */
export interface Played {
  readonly startedAt: number;
  /** Everything of the hour before and of the story, in the order in which it could be read. */
  readonly arrivals: readonly Arrival[];
}

const hourMs = 3_600_000;
/** Lines are fetched before a group forgets them or somebody deletes it. */
const fetchEveryMs = 5 * 60_000;

/**
 * Plays a scenario to its end on a clock that nobody waits for, and everything that its account published, by the API that Firebreak uses.
 *
 * @param options `trail`: whether the account has a trail, and with it data events. `ms`: how long; default as long as the story goes.
 */
export async function played(
  id: string,
  options: { readonly seed?: number; readonly trail?: boolean; readonly ms?: number } = {},
): Promise<Played> {
  const scenario = scenarios.find((one) => one.id === id);
  if (!scenario) throw new Error(`there is no scenario ${id}`);
  const { seed = 1, trail = true, ms = scenario.attack.deadlineMs + 5 * 60_000 } = options;
  const folder = mkdtempSync(join(tmpdir(), 'played-'));
  const truth = join(folder, 'truth.jsonl');
  const clock = new TurnedClock();
  const startedAt = clock.now();
  const range = await startRange({ scenario: id, seed, trail, truth }, clock);
  const { cloudtrail, logs } = clientsOf(range);
  const found = new Map<string, Arrival>();
  try {
    let from = startedAt - hourMs;
    while (clock.now() < startedAt + ms) {
      await clock.advance(Math.min(fetchEveryMs, startedAt + ms - clock.now()));
      // A session ends after some hours; the story goes on for a day.
      await range.control.renewCredentials();
      for (const arrival of await lines(from)) found.set(`${arrival.raw.group} ${arrival.raw.id}`, arrival);
      // What is published late lies a little way back.
      from = clock.now() - 2 * 60_000;
    }
    // The longest lag of the event history.
    await clock.advance(100_000);
    const published = new Map(
      readFileSync(truth, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as TruthLine)
        .map(({ id: record, publishedAt }) => [record, Date.parse(publishedAt)]),
    );
    for (const text of await history()) {
      const { eventID, eventTime } = JSON.parse(text) as { readonly eventID: string; readonly eventTime: string };
      found.set(eventID, { raw: { format: 'cloudtrail', text }, at: published.get(eventID) ?? Date.parse(eventTime) });
    }
  } finally {
    await range.close();
    rmSync(folder, { recursive: true });
  }
  return { startedAt, arrivals: [...found.values()].sort((a, b) => a.at - b.at) };

  async function history(): Promise<readonly string[]> {
    const texts: string[] = [];
    const window = { StartTime: new Date(startedAt - hourMs), EndTime: new Date(clock.now()) };
    let NextToken: string | undefined;
    do {
      await clock.advance(1_000);
      const page = await cloudtrail.send(new LookupEventsCommand({ ...window, ...(NextToken ? { NextToken } : {}) }));
      for (const { CloudTrailEvent } of page.Events ?? []) if (CloudTrailEvent) texts.push(CloudTrailEvent);
      NextToken = page.NextToken;
    } while (NextToken);
    return texts;
  }

  async function lines(startTime: number): Promise<readonly Arrival[]> {
    const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    const arrivals: Arrival[] = [];
    for (const { logGroupName } of logGroups) {
      let nextToken: string | undefined;
      do {
        await clock.advance(500);
        const page: FilterLogEventsCommandOutput = await logs.send(
          new FilterLogEventsCommand({ logGroupName, startTime, ...(nextToken ? { nextToken } : {}) }),
        );
        for (const { eventId = '', message = '', timestamp = 0, ingestionTime, logStreamName } of page.events ?? [])
          arrivals.push({
            raw: {
              format: 'cloudwatch-logs',
              id: eventId,
              text: message,
              at: timestamp,
              group: logGroupName ?? '',
              stream: logStreamName ?? '',
              region: range.region,
            },
            at: ingestionTime ?? timestamp,
          });
        nextToken = page.nextToken;
      } while (nextToken);
    }
    return arrivals;
  }
}
