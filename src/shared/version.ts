/** Replaced by the build with the version of `package.json`; absent when we run from source. */
declare const FIREBREAK_VERSION: string | undefined;

/** This program's version; `0.0.0-source` in tests. */
export const version: string = typeof FIREBREAK_VERSION === 'string' ? FIREBREAK_VERSION : '0.0.0-source';
