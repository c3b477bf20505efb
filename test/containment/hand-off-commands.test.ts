import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  type HandOff,
  identityCenterHandOff,
  otherAccountHandOff,
  rootHandOff,
  supportHandOff,
} from '../../src/containment/hand-off.ts';
import { display } from '../../src/shared/display.ts';

/** What a POSIX shell makes of commands: the words of each, if it runs nothing else. One shell for all. */
const words = (commands: readonly string[]): readonly (readonly string[])[] =>
  execFileSync('sh', ['-s'], {
    input: `aws() { printf '%s\\0' "$@" END; }\n${commands.join('\n')}\n`,
    encoding: 'utf8',
    env: {},
  })
    .split('\0END\0')
    .slice(0, -1)
    .map((said) => said.split('\0'));

const hostile = fc.oneof(
  fc.constantFrom(
    "x'; echo OWNED; '",
    '$(echo OWNED)',
    '`echo OWNED`',
    'a\necho OWNED',
    "'",
    '\\',
    '"',
    '',
    '--flag',
    '*',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
);

const handOffs = (name: string, other: string): readonly HandOff[] => [
  identityCenterHandOff(`AWSReservedSSO_${name}_0123456789abcdef`, 0, { person: other, userId: name }),
  otherAccountHandOff(
    { id: 'iam.role.quarantine', title: 'Quarantine' },
    { kind: 'iam.role', arn: `arn:aws:iam::999999999999:role/${name}`, name },
    '111122223333',
    other || 'x',
  ),
  otherAccountHandOff(
    { id: 'sagemaker.endpoint.delete', title: 'Delete' },
    { kind: 'sagemaker.endpoint', arn: `arn:aws:sagemaker:us-east-1:999999999999:endpoint/${name}`, name },
    '111122223333',
    'x',
  ),
  rootHandOff('111122223333'),
  supportHandOff(name, [other]),
];

it('commands that are handed off hold names of records as one word, whatever they are', () => {
  const commands = fc
    .sample(fc.tuple(hostile, hostile), 300)
    .flatMap(([name, other]) =>
      handOffs(name, other).flatMap(({ commands: all }) =>
        all.flatMap(({ command }) => (command.startsWith('aws ') ? [{ name, command }] : [])),
      ),
    );
  const said = words(commands.map(({ command }) => command));
  // Nothing was run besides, and no command ate the next.
  expect(said.length).toBe(commands.length);
  for (const [index, { name, command }] of commands.entries()) {
    expect(said[index]).not.toContain('OWNED');
    if (name !== '' && command.includes('put-role-policy')) expect(said[index]).toContain(display(name));
  }
});
