/** Whether a path of somebody else's stays below the folder that it is put to, on every system, and does not upset a terminal. */
export const isSafePath = (path: unknown): path is string =>
  typeof path === 'string' &&
  path.length <= 240 &&
  path.split('/').every((part) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(part) && !part.endsWith('.'));
