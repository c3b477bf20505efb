import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { readUnlessPage } from '../../src/aws/html-answer.ts';

const read = async (body: string) => {
  const answer = await readUnlessPage(Readable.from([Buffer.from(body)]));
  return answer && text(answer);
};

it.each(['{"logGroups":[]}', '<?xml version="1.0"?><x/>', '<GetRoleResponse><a/></GetRoleResponse>', ' []'])(
  'gives back %s as it came',
  async (body) => {
    expect(await read(body)).toBe(body);
  },
);

it.each(['<html>Log in</html>', '<!DOCTYPE html>', '\n  <p>no</p>', ''])('takes %j for a page', async (body) => {
  expect(await read(body)).toBeUndefined();
});

it('does not read a page without end', async () => {
  const endless = Readable.from(
    (async function* () {
      for (;;) yield Buffer.alloc(1024 * 1024, 'x');
    })(),
  );
  expect(await readUnlessPage(endless)).toBeUndefined();
});
