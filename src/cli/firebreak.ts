#!/usr/bin/env node
import module from 'node:module';
import { version } from '../shared/version.ts';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `firebreak needs Node 24 or newer, this is ${process.version}. Next: in a clone \`npx firebreak …\` (it brings its own), elsewhere \`npx -p node@24 -p firebreak firebreak …\`\n`,
  );
  process.exit(2);
}
module.enableCompileCache?.();
const args = process.argv.slice(2);
if (args.length === 1 && args[0] === '--version') {
  process.stdout.write(`${version}\n`);
} else {
  const { main } = await import('./main.ts');
  await main(args);
}
