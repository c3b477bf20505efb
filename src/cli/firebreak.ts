#!/usr/bin/env node
import { version } from '../shared/version.ts';
import { keepCompiledCode } from './keep-compiled-code.ts';

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `firebreak needs Node 24 or newer, this is ${process.version}. Next: in a clone \`npx firebreak …\` (it brings its own), elsewhere \`npx -p node@24 -p firebreak firebreak …\`\n`,
  );
  process.exit(2);
}
const args = process.argv.slice(2);
if (args.length === 1 && args[0] === '--version') {
  process.stdout.write(`${version}\n`);
} else {
  keepCompiledCode(process.env);
  const { main } = await import('./main.ts');
  await main(args);
}
