import { describe, expect, test } from 'vitest';
import { filterPattern } from '../../src/range/filter-pattern.ts';

const record = JSON.stringify({
  eventSource: 'sagemaker.amazonaws.com',
  eventName: 'DescribeEndpoint',
  readOnly: true,
  errorCode: null,
  count: 12.5,
  userIdentity: { type: 'AssumedRole', arn: 'arn:aws:sts::111122223333:assumed-role/ds-exec/SageMaker' },
  resources: [{ ARN: 'arn:1' }, { ARN: 'arn:2' }],
  question: 'why?',
});

describe('terms', () => {
  test.each<[string | undefined, string, boolean]>([
    [undefined, 'anything', true],
    ['', 'anything', true],
    ['   ', 'anything', true],
    ['""', 'anything', true],
    ['ERROR', 'an ERROR happened', true],
    ['ERROR', 'an error happened', false],
    ['ERROR disk', 'disk: ERROR', true],
    ['ERROR disk', 'ERROR', false],
    ['"disk full"', 'the disk full of it', true],
    ['"disk full"', 'full disk', false],
    ['"a \\"b\\""', 'say a "b" now', true],
    ['?ERROR ?WARN', 'WARN', true],
    ['?ERROR ?WARN', 'INFO', false],
    ['ERROR -timeout', 'ERROR disk', true],
    ['ERROR -timeout', 'ERROR timeout', false],
    ['-"GET /ping"', 'GET /ping 200', false],
    ['-"GET /ping"', 'POST /invocations', true],
    // AWS ignores optional terms beside others.
    ['?ERROR INFO', 'INFO only', true],
    ['%4\\d\\d%', 'status 404', true],
    ['%4\\d\\d%', 'status 200', false],
    ['größe_1', 'die größe_1', true],
  ])('%s on "%s": %s', (pattern, message, expected) => {
    expect(filterPattern(pattern)(message)).toBe(expected);
  });
});

describe('JSON patterns', () => {
  test.each<[string, boolean]>([
    ['{ $.eventSource = "sagemaker.amazonaws.com" }', true],
    ['{$.eventSource=sagemaker.amazonaws.com}', true],
    ['{ $.eventSource = "iam.amazonaws.com" }', false],
    ['{ $.eventSource = "sage*" }', true],
    ['{ $.eventSource = "*amazonaws*" }', true],
    ['{ $.eventSource = "*amazonaws" }', false],
    ['{ $.eventSource = "s*e*m*com" }', true],
    ['{ $.eventSource = "s*s*e*m*com" }', false],
    ['{ $.question = "wh?" }', false],
    ['{ $.question = "why?" }', true],
    ['{ $.eventSource != "iam.amazonaws.com" }', true],
    ['{ $.eventSource != "sage*" }', false],
    ['{ $.nothing = "x" }', false],
    ['{ $.nothing != "x" }', false],
    ['{ ($.eventSource = "iam.amazonaws.com") || ($.eventName = "Describe*") }', true],
    ['{ $.eventSource = "x" && $.eventName = "y" || $.readOnly IS TRUE }', true],
    ['{ $.eventSource = "x" && ($.eventName = "y" || $.readOnly IS TRUE) }', false],
    ['{ $.userIdentity.type = "AssumedRole" && $.userIdentity.arn = "*/ds-exec/*" }', true],
    ['{ $.resources[1].ARN = "arn:2" }', true],
    ['{ $.resources[0].ARN = "arn:2" }', false],
    ['{ $.resources[*].ARN = "arn:2" }', true],
    ['{ $.["eventName"] = "DescribeEndpoint" }', true],
    ['{ $.count = 12.5 }', true],
    ['{ $.count > 12 }', true],
    ['{ $.count <= 12 }', false],
    ['{ $.count != 1e1 }', true],
    ['{ $.eventName > 1 }', false],
    ['{ $.readOnly = true }', true],
    ['{ $.readOnly IS FALSE }', false],
    ['{ $.errorCode IS NULL }', true],
    ['{ $.errorCode = "x" }', false],
    ['{ $.nothing NOT EXISTS }', true],
    ['{ $.errorCode NOT EXISTS }', false],
    ['{ $.errorCode EXISTS }', true],
    ['{ $.eventName = %^Desc[a-z]+Endpoint$% }', true],
    ['{ $.userIdentity = "AssumedRole" }', false],
    ['{ $.__proto__ EXISTS }', false],
    ['{ $.eventName.length EXISTS }', false],
  ])('%s: %s', (pattern, expected) => {
    expect(filterPattern(pattern)(record)).toBe(expected);
  });

  test.each(['plain text', '', '{', '[1]', '{"a":', '"text"', 'null'])('no record: %s', (message) => {
    expect(filterPattern('{ $.a NOT EXISTS }')(message)).toBe(false);
  });
});

test.each([
  ['a-b', "Invalid character(s) in term 'a-b'"],
  ['/aws/x', "Invalid character(s) in term '/aws/x'"],
  ['"open', 'Invalid filter pattern at "open'],
  ['%(a+)+%', 'Invalid regular expression: (a+)+'],
  ['%[%', 'Invalid regular expression: ['],
  ['[a, b]', 'Space-delimited filter patterns are not simulated'],
  ['{', 'Invalid filter pattern at its end'],
  ['{}', 'Invalid filter pattern at }'],
  ['{ $ = 1 }', 'Invalid selector at = 1 }'],
  ['{ $.a }', 'Invalid filter pattern at }'],
  ['{ $.a = }', 'Invalid filter pattern at }'],
  ['{ $.a > "b" }', 'The operator > wants a number'],
  ['{ ($.a = 1 }', 'Invalid filter pattern at }'],
  ['{ $.a = 1 } b', 'Invalid filter pattern at } b'],
  [`{ ${'('.repeat(60)}$.a = 1`, 'The filter pattern is nested too deeply'],
])('refuses %s', (pattern, message) => {
  expect(() => filterPattern(pattern)).toThrow(expect.objectContaining({ code: 'InvalidParameterException', message }));
});
