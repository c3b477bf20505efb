import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firebreak, stateFolder } from '../helpers/firebreak.ts';

const noNodeCache = { NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined };
const files = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());

it('keeps compiled code in the user’s cache folder, that of its threads too, and runs from it', async () => {
  const [cache, temporary] = [mkdtempSync(join(tmpdir(), 'cache-')), mkdtempSync(join(tmpdir(), 'tmp-'))];
  const env = { ...noNodeCache, XDG_CACHE_HOME: cache, TMPDIR: temporary };
  const open = () =>
    firebreak(['open', '--json', '-', '--state-dir', stateFolder()], { env, input: '{"Records":[]}\n' });
  expect(await open()).toMatchObject({ code: 1 });
  expect(readdirSync(temporary)).toEqual([]);
  const folder = join(cache, 'firebreak', 'compiled');
  // Threads that begin with nurseries of another size have compiled code of their own.
  expect(files(folder).length).toBeGreaterThan(10);
  const before = files(folder).length;
  expect(await open()).toMatchObject({ code: 1 });
  expect(files(folder).length).toBe(before);
});

it('starts where nothing can be kept', async () => {
  const { code, stderr } = await firebreak(['actions'], { env: { ...noNodeCache, XDG_CACHE_HOME: '/dev/null' } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
