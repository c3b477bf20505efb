import type { OutputOf } from '../aws/operations.ts';
import type { ResourceRef } from '../model/resource.ts';
import { evidenceOf, type Judgement, unanswered } from './check.ts';
import type { PostureFacts, Reading } from './facts.ts';

/** A trail as DescribeTrails lists it. */
export type Trail = NonNullable<OutputOf<'cloudtrail:DescribeTrails'>['trailList']>[number];

/** Trails that record what happens in this Region, those of other Regions and of the organisation included. */
export const trailsOf = ({ ask }: Pick<PostureFacts, 'ask'>): Reading<OutputOf<'cloudtrail:DescribeTrails'>> =>
  ask('cloudtrail:DescribeTrails', {});

/** What other calls about it call it: trails of other Regions are found by ARN only. */
export const nameOf = ({ TrailARN, Name }: Trail): string => TrailARN ?? Name ?? '';

export const trailRef = ({ TrailARN, Name }: Trail): ResourceRef => ({
  kind: 'cloudtrail.trail',
  arn: TrailARN ?? '',
  name: Name ?? TrailARN ?? '',
});

/** Nothing records: every question about trails has this answer then. */
export const noTrail = (reading: Pick<Reading<unknown>, 'from'>): Judgement => ({
  verdict: 'weak',
  evidence: [evidenceOf(reading, 'trailList', 'empty')],
  note: 'there is no trail: only the event history of 90 days, without data events',
});

/** A selector of events as far as it is asked about: which records of a resource type it takes in. */
export interface DataSelector {
  readonly trail: Trail;
  /** `AWS::S3::Object`. */
  readonly type: string;
  /** What narrows it, in words; empty: it takes in all of the type. */
  readonly only: string;
}

type Selectors = OutputOf<'cloudtrail:GetEventSelectors'>;

/** What the trails record of data events. */
export function dataSelectors(facts: Pick<PostureFacts, 'ask'>): {
  readonly selectors: readonly DataSelector[];
  readonly trails: readonly Trail[];
  /** Readings that are no answer. */
  readonly open: readonly Reading<unknown>[];
} {
  const listed = trailsOf(facts);
  if (listed.state !== 'read') return { selectors: [], trails: [], open: [listed] };
  const trails = listed.value.trailList ?? [];
  const selectors: DataSelector[] = [];
  const open: Reading<unknown>[] = [];
  for (const trail of trails) {
    const reading = facts.ask('cloudtrail:GetEventSelectors', { TrailName: nameOf(trail) });
    if (reading.state === 'read') selectors.push(...selectorsIn(trail, reading.value));
    else open.push(reading);
  }
  return { selectors, trails, open };
}

function selectorsIn(trail: Trail, { EventSelectors, AdvancedEventSelectors }: Selectors): readonly DataSelector[] {
  const basic = (EventSelectors ?? []).flatMap(({ DataResources, ReadWriteType }) =>
    (DataResources ?? []).map(({ Type, Values }): DataSelector => {
      // `arn:aws:s3` and `arn:aws:s3:::` mean every bucket.
      const all = (Values ?? []).some((value) => /^arn:[^:]*:[a-z0-9]+(?::::?)?$/.test(value));
      return {
        trail,
        type: Type ?? '',
        only: [
          ...(all ? [] : [`only ${(Values ?? []).slice(0, 3).join(', ') || 'nothing'}`]),
          ...(ReadWriteType && ReadWriteType !== 'All' ? [`${ReadWriteType} only`] : []),
        ].join(', '),
      };
    }),
  );
  const advanced = (AdvancedEventSelectors ?? []).flatMap(({ FieldSelectors }): readonly DataSelector[] => {
    const fields = FieldSelectors ?? [];
    const values = (name: string) => fields.find(({ Field }) => Field === name)?.Equals ?? [];
    if (!values('eventCategory').includes('Data')) return [];
    const narrowing = fields.filter(({ Field }) => Field !== 'eventCategory' && Field !== 'resources.type');
    const only = narrowing.length > 0 ? `only by ${narrowing.map(({ Field }) => Field).join(', ')}` : '';
    return values('resources.type').map((type) => ({ trail, type, only }));
  });
  return [...basic, ...advanced];
}

/** Whether data events of a type are recorded, by all trails together. */
export function judgeDataEvents(facts: Pick<PostureFacts, 'ask'>, type: string): readonly Judgement[] {
  const { selectors, trails, open } = dataSelectors(facts);
  if (open.some(({ state }) => state === 'waiting')) return [unanswered(open)!];
  const from = { from: 'cloudtrail:GetEventSelectors' } as const;
  const ofType = selectors.filter((one) => one.type === type);
  const whole = ofType.filter(({ only }) => only === '');
  if (whole.length > 0)
    return [
      {
        verdict: 'sound',
        evidence: whole
          .slice(0, 3)
          .map(({ trail }) => evidenceOf(from, 'resources.type', `${type} by ${trail.Name ?? ''}`)),
      },
    ];
  if (open.length > 0) return [unanswered(open)!];
  if (trails.length === 0) return [noTrail({ from: 'cloudtrail:DescribeTrails' })];
  const types = [...new Set(selectors.map((one) => one.type))].join(', ');
  return [
    {
      verdict: 'weak',
      evidence: [
        ...ofType
          .slice(0, 3)
          .map(({ trail, only }) => evidenceOf(from, 'resources.type', `${type} by ${trail.Name ?? ''}, ${only}`)),
        ...(ofType.length === 0
          ? [evidenceOf(from, 'resources.type', types === '' ? 'no data events at all' : `${types}, not ${type}`)]
          : []),
      ],
    },
  ];
}
