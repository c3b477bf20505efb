/** Something that could not be looked at, and what keeps it from being. May hold text of AWS. */
export interface Unseen {
  /** "training jobs", "CloudTrail event history". */
  readonly title: string;
  readonly region: string;
  /** "denied, needs sagemaker:ListTrainingJobs". */
  readonly why: string;
}

const mostRegions = 4;
/** Of so many names one still reads why behind them. */
const mostBefore = 6;

/**
 * A sentence for each reason and the Regions in which it holds. Where one reason keeps many things from being looked at (no network, expired
 * credentials), it stands before their names: these may be cut.
 */
export function unseenTexts(things: readonly Unseen[]): readonly string[] {
  const reasons = Map.groupBy(things, ({ why }) => why);
  return [...reasons].flatMap(([why, alike]) => {
    const regionsOf = Map.groupBy(alike, ({ title }) => title);
    const places = Map.groupBy(regionsOf, ([, all]) => regionsText([...new Set(all.map(({ region }) => region))]));
    return [...places].map(([place, all]) => {
      const titles = all.map(([title]) => title);
      return titles.length <= mostBefore
        ? `${titles.join(', ')} in ${place}: ${why}`
        : `${titles.length} listings in ${place}: ${why} (${titles.join(', ')})`;
    });
  });
}

const regionsText = (regions: readonly string[]): string =>
  `${regions.slice(0, mostRegions).join(', ')}${regions.length > mostRegions ? ` and ${regions.length - mostRegions} more` : ''}`;
