/** Something that could not be looked at, and what keeps it from being. May hold text of AWS. */
export interface Unseen {
  /** "training jobs", "CloudTrail event history". */
  readonly title: string;
  readonly region: string;
  /** "denied"; "connect ECONNREFUSED". */
  readonly why: string;
  /** The permission that is missing: "sagemaker:ListTrainingJobs". */
  readonly needs?: string;
}

const mostRegions = 4;
/** Of so many names one still reads why behind them. */
const mostBefore = 6;

/**
 * A sentence for each reason and the Regions in which it holds. Where one reason keeps many things from being looked at (no network, expired
 * credentials, a role that may list nothing), it stands before their names: these may be cut. Each listing has a permission of its own.
 */
export function unseenTexts(things: readonly Unseen[]): readonly string[] {
  const reasons = Map.groupBy(things, ({ why }) => why);
  return [...reasons].flatMap(([why, alike]) => {
    const byTitle = Map.groupBy(alike, ({ title }) => title);
    const places = Map.groupBy(byTitle, ([, all]) => regionsText([...new Set(all.map(({ region }) => region))]));
    return [...places].flatMap(([place, all]) => {
      if (all.length > mostBefore) {
        const needs = [...new Set(all.flatMap(([, [one]]) => one?.needs ?? []))];
        return `${all.length} listings in ${place}: ${because(why, needs)} (${all.map(([title]) => title).join(', ')})`;
      }
      const byNeed = Map.groupBy(all, ([, [one]]) => one?.needs);
      return [...byNeed].map(
        ([need, some]) => `${some.map(([title]) => title).join(', ')} in ${place}: ${because(why, need ? [need] : [])}`,
      );
    });
  });
}

const because = (why: string, needs: readonly string[]): string =>
  needs.length === 0 ? why : `${why}, needs ${needs.join(', ')}`;

const regionsText = (regions: readonly string[]): string =>
  `${regions.slice(0, mostRegions).join(', ')}${regions.length > mostRegions ? ` and ${regions.length - mostRegions} more` : ''}`;
