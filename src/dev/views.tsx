/**
 * `npm run views`: prints every view on made-up data at 80×24, 120×40 and 200×60, without an account and without a terminal.
 * `npm run views -- 120x40 events` prints one size, and only titles that hold the word. `npm run views -- play` opens the console on a
 * made-up incident in this terminal.
 */
import { samples } from '../../test/views/catalogue.ts';
import { fakeSession } from '../../test/views/fake-session.ts';
import { event } from '../../test/views/fixtures.ts';
import { startConsole } from '../../views/start-console.tsx';
import { createTheme } from '../../views/theme/theme.ts';
import { type ConsoleSettings, defaultSettings, themeNames } from '../model/console-settings.ts';

// Piped into a pager or `head` that ends first.
process.stdout.on('error', () => process.exit(0));

const words = process.argv.slice(2);
/** `--theme=high-contrast`. */
const themeWord = words.find((word) => word.startsWith('--theme='))?.slice('--theme='.length);
const options: ConsoleSettings = {
  ...defaultSettings,
  ascii: words.includes('--ascii'),
  theme:
    words.includes('--no-color') || (process.env.NO_COLOR ?? '') !== ''
      ? 'none'
      : (themeNames.find((name) => name === themeWord) ?? 'default'),
};
const wanted = words.filter((word) => !word.startsWith('--'));

/** The console on a session in memory, with an event every two seconds. */
async function play(): Promise<void> {
  const session = fakeSession({ snapshot: { identity: undefined } });
  session.snapshot.set({
    ...session.snapshot.get(),
    incident: { name: 'INC-made-up', folder: '/nowhere', openedAt: Date.now() },
    identity: {
      account: '111122223333',
      alias: 'made-up',
      arn: 'arn:aws:sts::111122223333:assumed-role/OnCall/carol',
      partition: 'aws',
      region: 'eu-west-1',
      globalRegion: 'us-east-1',
      credentialsExpireAt: Date.now() + 3600_000,
      endpoint: { kind: 'simulated', host: '127.0.0.1' },
    },
  });
  let index = 100;
  const timer = setInterval(() => {
    index += 1;
    const now = Date.now();
    session.add(event(index, { at: now, seenAt: now + 500 }));
  }, 2000);
  await startConsole(session, options);
  clearInterval(timer);
}

function print(): void {
  const sizes = wanted.filter((word) => /^\d+x\d+$/.test(word));
  const titles = wanted.filter((word) => !/^\d+x\d+$/.test(word));
  const theme = createTheme(options);
  for (const size of sizes.length > 0 ? sizes : ['80x24', '120x40', '200x60']) {
    const [columns = 80, rows = 24] = size.split('x').map(Number);
    for (const { title, lines } of samples(columns, rows, theme)) {
      if (!titles.every((word) => title.includes(word))) continue;
      process.stdout.write(`\n=== ${columns}×${rows} ${title}\n${lines.join('\n')}\n`);
    }
  }
}

if (wanted[0] === 'play') {
  if (process.stdout.isTTY && process.stdin.isTTY) await play();
  else process.stderr.write('views: play needs a terminal\n');
} else print();
