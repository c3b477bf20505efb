import { type Replacements, replaced } from './replaced.ts';

/**
 * Yoga, by which Ink lays out, holds its binary as text and has `fetch` decode it. In Node that loads an HTTP client, which takes longer than
 * all the rest of Ink: it decodes the text by itself, as it does where there is no `fetch`.
 */
const replacements: Replacements = {
  '/yoga-layout/dist/binaries/yoga-wasm-base64-esm.js': [
    ['return w||"function"!=typeof fetch?', 'return w||ua(H)||"function"!=typeof fetch?'],
  ],
};

/** The file of Yoga that holds its binary, changed; `undefined` for every other. @throws Error when Yoga has become another. */
export const withBinaryDecoded = (path: string, code: string): string | undefined => replaced(path, code, replacements);
