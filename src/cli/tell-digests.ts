import type { DigestValidation } from '../model/digest-validation.ts';
import { display } from '../shared/display.ts';

/** Problems that are told one by one; the report has more. */
const told = 10;

/** What CloudTrail's digest files say, on stderr: how much holds, then what does not, a line each. Without digest files nothing. */
export function tellDigests(validation: DigestValidation | undefined): void {
  if (!validation) return;
  const { digests, signed, logFiles, missing, unlisted, problems, problemsTotal } = validation;
  process.stderr.write(
    `firebreak: ${digests} digest files, ${signed} with a signature that holds: ${logFiles} log files hold byte for byte, ${missing} are missing, ${unlisted} are named by no digest\n`,
  );
  for (const { file, problem } of problems.slice(0, told))
    process.stderr.write(`firebreak: ${display(file)}: ${display(problem)}\n`);
  if (problemsTotal > told) process.stderr.write(`firebreak: and ${problemsTotal - told} more that do not hold\n`);
}
