import { expect, it } from 'vitest';
import type { Principal } from '../../src/model/principal.ts';
import { codeFrom } from '../../src/store/code-addresses.ts';
import { openForReading } from '../../src/store/schema.ts';
import { openWriter } from '../../src/store/writer.ts';
import { event, newStorePath, stored, uuid } from './stored.ts';

const session = (name: string): Principal => ({
  type: 'AssumedRole',
  arn: `arn:aws:sts::111122223333:assumed-role/${name}`,
  name,
});
const call = (n: number, name: string, sourceIp: string) =>
  stored(event({ id: uuid(n), principal: session(name), sourceIp }));

it('knows the code that called from an address, also code and addresses that came since it was last asked', async () => {
  const path = newStorePath();
  const writer = openWriter(path);
  await writer.write([
    call(1, 'ds-exec/SageMaker', '10.0.0.1'),
    call(2, 'ds-exec/alice', '10.0.0.1'),
    call(3, 'ds-exec/SageMaker', ''),
  ]);
  const database = openForReading(path);
  const from = (text: string): readonly string[] => {
    const id = database.prepare('select id from value where dimension = 2 and text = ?').get(text)?.id ?? 0;
    return codeFrom(database, Number(id))
      .map((row) => String(database.prepare('select name from principal where id = ?').get(row)?.name))
      .sort();
  };
  expect(from('10.0.0.1')).toEqual(['ds-exec/SageMaker']);
  expect(from('')).toEqual([]);
  await writer.write([
    call(4, 'trainer/SageMaker', '10.0.0.1'),
    call(5, 'ds-exec/SageMaker', '10.0.0.2'),
    call(6, 'trainer/bob', '10.0.0.2'),
  ]);
  expect(from('10.0.0.1')).toEqual(['ds-exec/SageMaker', 'trainer/SageMaker']);
  expect(from('10.0.0.2')).toEqual(['ds-exec/SageMaker']);
  expect(from('10.0.0.3')).toEqual([]);
  database.close();
  writer.close();
});
