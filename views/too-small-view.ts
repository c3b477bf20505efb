import { fit } from '../src/shared/cells.ts';
import { fill } from './components/pane.ts';
import { SMALLEST } from './layout.ts';

/** All there is to see below the smallest size. */
export function tooSmallView(columns: number, rows: number): string[] {
  const lines = [`too small (need ${SMALLEST.columns}×${SMALLEST.rows}, have ${columns}×${rows})`, 'q quits', ''];
  const whole = `${lines[0]} · q quits`;
  return fill(
    (columns >= whole.length ? [whole] : lines).map((line) => fit(line, columns)),
    columns,
    rows,
  );
}
