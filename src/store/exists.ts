import { access } from 'node:fs/promises';

/** Whether something stands at a path, as far as we may see. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
