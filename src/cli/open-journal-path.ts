let current: string | undefined;

/** Remembers which journal is open, so that a crash can say where it is. */
export function setOpenJournalPath(path: string | undefined): void {
  current = path;
}

/** The journal of the incident that is open now. */
export const openJournalPath = (): string | undefined => current;
