import { useWindowSize } from 'ink';

/** Cells of the terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The terminal's size, now and after each resize; `fixed` takes its place in tests and pictures. */
export function useSize(fixed?: Size): Size {
  const size = useWindowSize();
  return fixed ?? size;
}
