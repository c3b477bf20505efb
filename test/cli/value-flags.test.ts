import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { valueFlags } from '../../src/cli/commands/catalogue.ts';

const folder = new URL('../../src/cli/', import.meta.url).pathname;

it('every flag that takes a value is known before its command is loaded, and no other', () => {
  // By their text: loading every command would take ten seconds.
  const taken = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) => [...readFileSync(folder + file, 'utf8').matchAll(/'?([a-z][a-z-]*)'?: \{ type: 'string'/g)])
    .map(([, name]) => name);
  expect([...valueFlags].sort()).toEqual([...new Set(taken)].sort());
});
