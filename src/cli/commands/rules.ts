import { builtInRules } from '../../detection/built-in.ts';
import { readRules } from '../../detection/read-rules.ts';
import type { Rule } from '../../detection/rule.ts';
import { problemLine } from '../../detection/rule-error.ts';
import { type RuleSet, type RuleSource, ruleSet } from '../../detection/rule-set.ts';
import { FailedError, UsageError } from '../../model/errors.ts';
import { display } from '../../shared/display.ts';
import { type Command, textFlags } from '../command.ts';
import { testRules } from '../rules-test.ts';
import { checkPaths } from '../saved-logs.ts';
import { writeText } from '../write-text.ts';

export const command: Command = {
  options: { rules: { type: 'string', multiple: true }, against: { type: 'string', multiple: true } },
  optionHelp: {
    rules: 'a file or folder of Sigma rules besides those that come with the program; may be repeated',
    against: 'test: saved logs to run the rules over; more may follow it',
  },
  async run({ flags, global, positionals }) {
    const [what, ...rest] = positionals;
    switch (what) {
      case undefined:
        return list(await setWith(textFlags(flags, 'rules')), global.json);
      case 'check':
        return check(rest, global.json);
      case 'test': {
        const [file, ...more] = rest;
        const logs = [...textFlags(flags, 'against'), ...more];
        if (file === undefined || logs.length === 0)
          throw new UsageError('rules test needs a file of rules and logs to run them over', {
            nextSteps: ['firebreak rules test RULE.yml --against LOGS'],
          });
        return testRules(await setOf(file), logs, global.json);
      }
      default:
        throw new UsageError(`rules has no "${what}"`, {
          nextSteps: ['Use rules, rules check DIR or rules test FILE'],
        });
    }
  },
};

async function setWith(paths: readonly string[]): Promise<RuleSet> {
  await checkPaths(paths);
  return ruleSet([builtInRules(), ...(paths.length > 0 ? [await readRules(paths)] : [])]);
}

/** The rules of a file or folder, or one that comes with the program by its id; a correlation needs those it refers to. */
async function setOf(file: string): Promise<RuleSet> {
  const builtIn = builtInRules();
  const all = ruleSet([builtIn]);
  const named = rulesOf(all).find(({ info }) => info.id === file || info.name === file);
  if (!named) {
    await checkPaths([file]);
    const mine = await readRules([file]);
    return refuseNone(ruleSet([mine]), mine);
  }
  const wanted = new Set([named.info.file]);
  return ruleSet([{ ...builtIn, documents: builtIn.documents.filter((document) => wanted.has(document.file)) }]);
}

/** @throws FailedError with the first reason, when not one rule could be read. */
function refuseNone(set: RuleSet, { documents }: RuleSource): RuleSet {
  const [first] = set.problems;
  for (const problem of set.problems) process.stderr.write(`firebreak: ${display(problemLine(problem))}\n`);
  if (rulesOf(set).length === 0)
    throw new FailedError(
      'NoRules',
      first ? 'none of the rules could be read' : `there are no rules among ${documents.length} documents`,
      ['Mend the first of them and try again'],
    );
  return set;
}

const rulesOf = ({ events, correlations }: RuleSet): readonly Rule[] =>
  [...events, ...correlations].sort((a, b) => (a.info.id < b.info.id ? -1 : 1));

async function list(set: RuleSet, json: boolean): Promise<number> {
  const rules = rulesOf(set).map(({ info }) => info);
  for (const problem of set.problems) process.stderr.write(`firebreak: ${display(problemLine(problem))}\n`);
  if (json) {
    await writeText([`${JSON.stringify(rules, null, 2)}\n`]);
    return 0;
  }
  const shown = rules.filter(({ silent }) => !silent);
  const width = Math.max(0, ...shown.map(({ id }) => id.length));
  await writeText(
    shown.map(({ id, level, title, unread }) =>
      display(
        `${id.padEnd(width)}  ${level.padEnd(13)}  ${title}${unread ? ` (not evaluated: ${unread})` : ''}`,
      ).concat('\n'),
    ),
  );
  return 0;
}

/** One row a rule and one a file that holds none: whether it loads, and what keeps it from it. */
async function check(paths: readonly string[], json: boolean): Promise<number> {
  if (paths.length === 0)
    throw new UsageError('rules check needs a file or folder of rules', { nextSteps: ['firebreak rules check DIR'] });
  await checkPaths(paths);
  const set = ruleSet([await readRules(paths)]);
  // What an aggregation counts stands in the same document.
  const counted = new Set(set.correlations.map(({ info }) => `${info.id}/events`));
  const rows = [
    ...rulesOf(set)
      .filter(({ info }) => !counted.has(info.id))
      .map(({ info: { file, id, notes, unread } }) => ({
        file,
        id,
        ok: true,
        error: null,
        notes: [...notes, ...(unread ? [unread] : [])],
      })),
    ...set.problems.map((problem) => ({
      file: problem.file,
      id: problem.id ?? null,
      ok: false,
      error: `${problem.line === undefined ? '' : `line ${problem.line}: `}${problem.field === '' ? '' : `${problem.field}: `}${problem.problem}`,
      notes: [],
    })),
  ].sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  if (rows.length === 0)
    throw new FailedError('NoRules', 'there are no rules (.yml or .yaml files)', ['Name the folder that holds them']);
  if (json) await writeText([`${JSON.stringify(rows, null, 2)}\n`]);
  else
    await writeText([
      ...rows.map(({ file, id, ok, error, notes }) =>
        display(
          `${ok ? 'ok ' : 'NO '} ${file}  ${id ?? '-'}${ok ? '' : `  ${error}`}${notes.length > 0 ? `  (${notes.join('; ')})` : ''}`,
        ).concat('\n'),
      ),
      `${rows.filter(({ ok }) => ok).length} of ${rows.length} load\n`,
    ]);
  return set.problems.length > 0 ? 1 : 0;
}
