/**
 * `node test/linking/recall.ts [FOLDER] [--events N]`: of the ARNs that stand anywhere in the records of a folder (JSON files as a trail
 * delivers them), how many the linkers reference, and with the kind that the ARN says; then some events drawn at random, for reading.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { random } from '../bench/records.ts';
import { recallOf, savedRecords, trailFolder } from './recorded.ts';

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { events: { type: 'string', default: '20' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
  });
  const folder = positionals[0] ?? trailFolder;
  const records = savedRecords(folder);
  const judged = records.map((record) => ({ record, ...recallOf(record) }));
  const sum = (count: (one: (typeof judged)[number]) => number) => judged.reduce((total, one) => total + count(one), 0);
  const all = sum(({ arns }) => arns.length);
  const lost = sum(({ lost: missing }) => missing.length);
  const links = judged.map(({ event }) => event.resources.length).sort((a, b) => a - b);
  process.stdout.write(
    `${records.length} records, ${all} ARNs, recall ${(100 - (100 * lost) / Math.max(all, 1)).toFixed(2)} %: ` +
      `${sum(({ asResource }) => asResource)} as resources, ${sum(({ asPrincipal }) => asPrincipal)} as principals, ` +
      `${sum(({ patterns }) => patterns)} patterns that name nothing\n` +
      `links an event: median ${links[Math.floor(links.length / 2)]}, most ${links.at(-1)}\n`,
  );
  for (const { event, lost: missing } of judged)
    for (const arn of missing) process.stdout.write(`lost: ${event.action} ${event.id} ${arn}\n`);
  const next = random(Number(values.seed));
  process.stdout.write(`\n${values.events} events, seed ${values.seed}\n`);
  for (let count = 0; count < Number(values.events); count++) {
    const { record, event } = judged[Math.floor(next() * judged.length)]!;
    process.stdout.write(
      `\n${event.summary}\n  ${event.action} ${event.errorCode} ${JSON.stringify(record.requestParameters).slice(0, 300)}\n` +
        event.resources
          .map(({ relation, kind, name, arn }) => `  ${relation.padEnd(8)}${kind} ${name} ${arn}\n`)
          .join(''),
    );
  }
}
