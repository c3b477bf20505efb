import type { PostureRemedy } from '../model/posture.ts';
import { display } from '../shared/display.ts';
import { shellWord } from '../shared/shell-word.ts';

/**
 * A command of the AWS CLI as text: words of ours stand as they are, values are quoted. A value of `<…>` is for the operator to fill in.
 * @param options Option to value; `true` for a flag.
 */
export function cli(service: string, operation: string, options: { readonly [option: string]: string | true }): string {
  const words = Object.entries(options).map(([option, value]) =>
    value === true ? `--${option}` : `--${option} ${shellWord(value)}`,
  );
  return ['aws', service, operation, ...words].join(' ');
}

/** Commands, one a line. */
export const commands = (...lines: readonly string[]): PostureRemedy => ({ kind: 'cli', text: lines.join('\n') });

/** A comment line for a shell; foreign text in it cannot end the line. */
export const comment = (text: string): string => `# ${display(text)}`;

/** A string of Terraform: `${` and `%{` begin templates, which foreign text must not. */
export const hcl = (text: string): string =>
  `"${display(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('${', '$${').replaceAll('%{', '%%{')}"`;

/** Terraform, for what is set when a resource is made and cannot be changed afterwards. */
export const terraform = (...lines: readonly string[]): PostureRemedy => ({
  kind: 'terraform',
  text: lines.join('\n'),
});
