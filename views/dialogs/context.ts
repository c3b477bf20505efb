import type { Snapshot } from '../../src/session/snapshot.ts';
import type { Theme } from '../theme/theme.ts';

/** What every dialog may draw from. */
export interface DialogContext {
  readonly snapshot: Snapshot;
  /** Epoch ms. */
  readonly now: number;
  readonly utc: boolean;
  readonly theme: Theme;
  readonly width: number;
}
