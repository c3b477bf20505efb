import { describe, expect, it } from 'vitest';
import { matches } from './asked.ts';

type Members = { readonly [name: string]: unknown };

/**
 * One row a feature: what the specification says (in its words), a detection that uses it, records that it must match and records that it
 * must not. https://github.com/SigmaHQ/sigma-specification: rules 2.0.0, modifiers 2.1.0.
 */
const features: readonly (readonly [
  says: string,
  detection: string,
  matched: readonly Members[],
  other: readonly Members[],
])[] = [
  // Values
  [
    'All values are treated as case-insensitive strings',
    "s: {f: 'StopLogging'}\ncondition: s",
    [{ f: 'StopLogging' }, { f: 'stoplogging' }, { f: 'STOPLOGGING' }],
    [{ f: 'StopLogging2' }, { f: ' StopLogging' }, {}],
  ],
  [
    '? to replace a single mandatory character',
    "s: {f: 'prog?.exe'}\ncondition: s",
    [{ f: 'progA.exe' }, { f: 'progB.exe' }, { f: 'prog😀.exe' }],
    [{ f: 'prog.exe' }, { f: 'progAB.exe' }],
  ],
  [
    '* to replace an unbounded length wildcard',
    "s: {f: 'antivirus_V*.exe'}\ncondition: s",
    [{ f: 'antivirus_V1.exe' }, { f: 'antivirus_V21.2.1.exe' }, { f: 'antivirus_V.exe' }],
    [{ f: 'antivirus_1.exe' }, { f: 'antivirus_V1.exe.bak' }],
  ],
  [
    'several wildcards: first, middle and last pieces in their order, none overlapping',
    "s: {f: 'a*bc*c?d'}\ncondition: s",
    [{ f: 'abccxd' }, { f: 'a--bc--cxd' }],
    [{ f: 'abcxd' }, { f: 'abcd' }, { f: 'xa-bc-cxd' }],
  ],
  [
    'Plain backslash not followed by a wildcard can be expressed as single or double backslash',
    "s: {f: ['C:\\Windows\\x', 'D:\\\\Windows\\\\x']}\ncondition: s",
    [{ f: 'C:\\Windows\\x' }, { f: 'D:\\Windows\\x' }],
    [{ f: 'C:\\\\Windows\\\\x' }],
  ],
  [
    'A wildcard has to be escaped to be handled as a plain character',
    "s: {f: ['a\\*', 'b\\?']}\ncondition: s",
    [{ f: 'a*' }, { f: 'b?' }],
    [{ f: 'ab' }, { f: 'bc' }, { f: 'a\\x' }],
  ],
  [
    'The backslash before a wildcard has to be escaped to handle the value as a backslash followed by a wildcard',
    "s: {f: 'a\\\\*'}\ncondition: s",
    [{ f: 'a\\' }, { f: 'a\\anything' }],
    [{ f: 'a*' }, { f: 'a' }],
  ],
  [
    'Three backslashes are necessary to escape both, the backslash and the wildcard',
    "s: {f: 'a\\\\\\*'}\ncondition: s",
    [{ f: 'a\\*' }],
    [{ f: 'a\\b' }, { f: 'a*' }],
  ],
  [
    'Three or four backslashes are handled as double backslash',
    "s: {f: ['a\\\\\\\\', 'b\\\\\\']}\ncondition: s",
    [{ f: 'a\\\\' }, { f: 'b\\\\' }],
    [{ f: 'a\\' }, { f: 'a\\\\\\\\' }, { f: 'b\\\\\\' }],
  ],
  [
    'value is a string or integer value: numbers, true and false by how they print',
    's: {n: 517, b: false}\ncondition: s',
    [
      { n: 517, b: false },
      { n: '517', b: 'false' },
    ],
    [{ n: 5170, b: false }, { n: 517, b: true }, { n: 517 }],
  ],
  [
    'numbers that are written otherwise than they print are texts: accounts with a leading zero, 0x17',
    's: {f: [012345678901, 0x17]}\ncondition: s',
    [{ f: '012345678901' }, { f: '0x17' }],
    [{ f: 12345678901 }, { f: 23 }],
  ],
  ["An empty value is defined with ''", "s: {f: ''}\ncondition: s", [{ f: '' }], [{ f: ' ' }, { f: null }, {}]],
  ['A null value is defined with null', 's: {f: null}\ncondition: s', [{ f: null }, {}], [{ f: '' }, { f: 0 }]],
  [
    'To get an expression that say not null you have to create another selection and negate it in the condition',
    's: {g: x}\nfilter: {f: null}\ncondition: s and not filter',
    [{ g: 'x', f: 'set' }],
    [{ g: 'x' }, { g: 'x', f: null }],
  ],
  // Lists and maps
  [
    'Lists: maps linked with a logical OR',
    "s:\n  - f|endswith: '\\example.exe'\n  - g|contains: 'Test executable'\ncondition: s",
    [{ f: 'C:\\example.exe' }, { g: 'a test executable of ours' }],
    [{ f: 'example.exe', g: 'x' }],
  ],
  [
    'All elements of a map are joined with a logical AND, the values of a list with OR',
    's: {log: Security, id: [517, 1102]}\ncondition: s',
    [
      { log: 'Security', id: 517 },
      { log: 'Security', id: 1102 },
    ],
    [{ log: 'Security', id: 5 }, { id: 517 }],
  ],
  [
    'strings that are applied to the full log message and are linked with a logical OR (keywords)',
    "s: ['EVILSERVICE', 'svchost.exe -n evil']\ncondition: s",
    [{ requestParameters: { command: ['run', 'my EvilService now'] } }, { x: 'say "svchost.exe -n evil"' }],
    [{ requestParameters: { command: 'svchost.exe' } }],
  ],
  [
    "To have a and operator, we use the '|all': modifier",
    "s:\n  '|all':\n    - 'OabVirtualDirectory'\n    - ' -ExternalUrl '\ncondition: s",
    [{ a: 'OabVirtualDirectory', b: 'x -ExternalUrl y' }],
    [{ a: 'OabVirtualDirectory' }, { b: ' -ExternalUrl ' }],
  ],
  [
    'keywords with wildcards stay unbounded on both sides',
    "s: ['AKIA*secret']\ncondition: s",
    [{ a: 'AKIA and some secret here' }],
    [{ a: 'secret AKIA' }],
  ],
  // Fields
  [
    'field paths lead into nested records',
    's: {userIdentity.sessionContext.sessionIssuer.userName: ds-exec}\ncondition: s',
    [{ userIdentity: { sessionContext: { sessionIssuer: { userName: 'ds-exec' } } } }],
    [{ userIdentity: { sessionContext: null } }, { userIdentity: 'ds-exec' }, {}],
  ],
  [
    'arrays on the way and at the end stand for any of their elements',
    's: {requestParameters.containers.command: evil}\ncondition: s',
    [
      { requestParameters: { containers: [{ command: ['good'] }, { command: ['x', 'evil'] }] } },
      { requestParameters: { containers: { command: 'evil' } } },
    ],
    [{ requestParameters: { containers: [{ command: ['good'] }, { image: 'evil' }] } }],
  ],
  [
    'one element of an array is picked by its number; [] and {} are any',
    "s: {'a.items[1].x': two, 'b{}.x': any}\ncondition: s",
    [{ a: { items: [{ x: 'one' }, { x: 'two' }] }, b: [{ x: 'none' }, { x: 'any' }] }],
    [{ a: { items: [{ x: 'two' }, { x: 'one' }] }, b: [{ x: 'any' }] }],
  ],
  [
    'a key that holds dots is found',
    's: {requestParameters.Host.Name: h}\ncondition: s',
    [{ requestParameters: { 'Host.Name': 'h' } }, { 'requestParameters.Host.Name': 'h' }],
    [{ requestParameters: { Host: { Other: 'h' } } }],
  ],
  [
    'a field that is an object is matched as its JSON, quotes inside of texts as they read',
    's:\n  requestParameters|contains|all: [\'"arn:aws:s3:::mine/*"\', \'"Allow"\']\ncondition: s',
    [{ requestParameters: { policyDocument: '{"Effect":"Allow","Resource":"arn:aws:s3:::mine/*"}' } }],
    [{ requestParameters: { policyDocument: '{"Effect":"Deny","Resource":"arn:aws:s3:::mine/*"}' } }],
  ],
  [
    'names that every object inherits are no fields',
    's: {constructor|exists: true}\ncondition: s',
    [{ constructor: 'x' }],
    [{}],
  ],
  // Generic modifiers
  [
    'all: changes OR to AND',
    "s: {f|contains|all: ['-a', '-b']}\ncondition: s",
    [{ f: 'x -b -a' }],
    [{ f: 'x -a' }, { f: 'x -b' }],
  ],
  [
    'startswith: expected at the beginning of the field’s content',
    's: {f|startswith: adm}\ncondition: s',
    [{ f: 'Admin' }],
    [{ f: 'an adm' }],
  ],
  [
    'endswith: expected at the end of the field’s content',
    "s: {f|endswith: '\\cmd.exe'}\ncondition: s",
    [{ f: 'C:\\CMD.exe' }],
    [{ f: 'cmd.exe' }, { f: 'C:\\cmd.exe x' }],
  ],
  [
    'contains: matched anywhere in the field',
    's: {f|contains: mid}\ncondition: s',
    [{ f: 'aMIDst' }, { f: 'mid' }],
    [{ f: 'm-id' }],
  ],
  [
    "contains '*' asks for any text",
    "s: {f|contains: '*'}\ncondition: s",
    [{ f: 'x' }, { f: '' }, { f: { a: 1 } }],
    [{ f: null }, {}],
  ],
  [
    'exists: only verifies the presence of a field, not its value, be it empty or null',
    's: {f|exists: true}\ncondition: s',
    [{ f: 'x' }, { f: '' }, { f: null }, { f: [] }],
    [{ g: 1 }],
  ],
  ['exists: must not exist', 's: {f|exists: false}\ncondition: s', [{ g: 1 }], [{ f: null }, { f: '' }, { f: [] }]],
  [
    'cased: values are applied case sensitively',
    's: {f|cased: Admin}\ncondition: s',
    [{ f: 'Admin' }],
    [{ f: 'admin' }],
  ],
  ['cased with contains', 's: {f|contains|cased: Adm}\ncondition: s', [{ f: 'xAdmin' }], [{ f: 'xadmin' }]],
  [
    'neq: the field is different from the specified values',
    's: {f|neq: [a, b]}\ncondition: s',
    [{ f: 'c' }, {}],
    [{ f: 'a' }, { f: 'B' }],
  ],
  // String modifiers
  [
    'windash: all permutations of -, /, – (en dash), — (em dash) and ― (horizontal bar)',
    "s: {f|windash|contains: ' -exec /bypass'}\ncondition: s",
    [{ f: 'x -exec /bypass' }, { f: 'x /exec -bypass' }, { f: 'x –exec —bypass' }, { f: 'x ―exec -bypass' }],
    [{ f: 'x +exec -bypass' }, { f: 'x exec bypass' }],
  ],
  [
    're: handled as a regular expression; matched case-sensitive by default, anywhere',
    "s: {f|re: 'assumed-role/aws:.+'}\ncondition: s",
    [{ f: 'arn:assumed-role/aws:x' }],
    [{ f: 'arn:Assumed-role/aws:x' }, { f: 'assumed-role/aws:' }],
  ],
  [
    're: anchors, quantifiers, classes, groups, alternation',
    "s: {f|re: '^(ab|c[^0-9]){2,3}\\.x?$'}\ncondition: s",
    [{ f: 'abab.' }, { f: 'abcdab.x' }],
    [{ f: 'ab.' }, { f: 'abc1.' }, { f: 'abab.xx' }],
  ],
  ['re|i: case-insensitive matching', "s: {f|re|i: '^abc$'}\ncondition: s", [{ f: 'ABC' }], [{ f: 'ABCD' }]],
  [
    're|m: ^ and $ match the start and end of line',
    "s: {f|re|m: '^b$'}\ncondition: s",
    [{ f: 'a\nb\nc' }],
    [{ f: 'a b c' }],
  ],
  ['re without m does not', "s: {f|re: '^b$'}\ncondition: s", [{ f: 'b' }], [{ f: 'a\nb\nc' }]],
  [
    're|s: dot matches all characters, including the newline',
    "s: {f|re|s: 'a.b'}\ncondition: s",
    [{ f: 'a\nb' }],
    [{ f: 'ab' }],
  ],
  ['re without s does not', "s: {f|re: 'a.b'}\ncondition: s", [{ f: 'axb' }], [{ f: 'a\nb' }]],
  [
    'base64: the value is encoded with Base64',
    "s: {f|base64|contains: 'http'}\ncondition: s",
    [{ f: 'x aHR0cA== y' }],
    [{ f: 'http' }],
  ],
  [
    'base64offset: three variants for shifts by zero to two bytes',
    "s: {f|base64offset|contains: 'http://'}\ncondition: s",
    ['', 'a', 'ab', 'abc'].map((before) => ({ f: Buffer.from(`${before}http://x.example`).toString('base64') })),
    [{ f: Buffer.from('ftp://x.example').toString('base64') }, { f: 'http://' }],
  ],
  [
    'wide: UTF16-LE, before base64offset',
    "s: {f|wide|base64offset|contains: 'cmd'}\ncondition: s",
    ['', 'a', 'ab'].map((before) => ({
      f: Buffer.concat([Buffer.from(before), Buffer.from('cmd', 'utf16le'), Buffer.from('zz')]).toString('base64'),
    })),
    [{ f: Buffer.from('cmd').toString('base64') }],
  ],
  [
    'utf16le: cmd > 63 00 6d 00 64 00',
    's: {f|utf16le: cmd}\ncondition: s',
    [{ f: 'c\0m\0d\0' }],
    [{ f: 'cmd' }, { f: '\0c\0m\0d' }],
  ],
  ['utf16be: cmd > 00 63 00 6d 00 64', 's: {f|utf16be: cmd}\ncondition: s', [{ f: '\0c\0m\0d' }], [{ f: 'c\0m\0d\0' }]],
  [
    'utf16: prepends a byte order mark: FF FE 63 00 6d 00 64 00',
    's: {f|utf16|base64: cmd}\ncondition: s',
    [{ f: Buffer.from([0xff, 0xfe, 0x63, 0, 0x6d, 0, 0x64, 0]).toString('base64') }],
    [{ f: Buffer.from('cmd', 'utf16le').toString('base64') }],
  ],
  // Numeric and time modifiers
  [
    'lt: less than the value',
    's: {n|lt: 5}\ncondition: s',
    [{ n: 4 }, { n: '4.5' }],
    [{ n: 5 }, { n: 'four' }, { n: '' }, {}],
  ],
  ['lte: less or equal', 's: {n|lte: 5}\ncondition: s', [{ n: 5 }, { n: -1 }], [{ n: 6 }]],
  [
    'gt: greater than the value',
    's: {n|gt: 3600}\ncondition: s',
    [{ n: 3601 }, { n: '43200' }],
    [{ n: 3600 }, { n: null }],
  ],
  ['gte: greater or equal', 's: {n|gte: 5}\ncondition: s', [{ n: 5 }], [{ n: 4 }]],
  [
    'hour, day, month, year, minute, week: a numeric value from a date',
    's: {t|hour|gte: 22, t|day: 23, t|month: 11, t|year: 2026, t|minute: 31, t|week: 48}\ncondition: s',
    [{ t: '2026-11-23T22:31:02Z' }],
    [{ t: '2026-11-23T21:31:02Z' }, { t: '2026-11-24T22:31:02Z' }, { t: 'never' }],
  ],
  // Address and reference
  [
    'cidr: supports both IPv4 and IPv6 notations',
    "s: {sourceIPAddress|cidr: [10.0.0.0/8, '2001:db8::/32']}\ncondition: s",
    [{ sourceIPAddress: '10.200.1.1' }, { sourceIPAddress: '2001:db8:0:1::5' }],
    [
      { sourceIPAddress: '11.0.0.1' },
      { sourceIPAddress: 'sagemaker.amazonaws.com' },
      { sourceIPAddress: '2001:db9::1' },
    ],
  ],
  [
    'fieldref: compares fields of matched events directly',
    's: {a|fieldref: b.c}\ncondition: s',
    [
      { a: 'X', b: { c: 'x' } },
      { a: 'x', b: [{ c: 'y' }, { c: 'x' }] },
    ],
    [{ a: 'x', b: { c: 'y' } }, { a: 'x' }, { b: { c: 'x' } }, {}],
  ],
  [
    'fieldref with endswith and with neq',
    's: {a|fieldref|endswith: b}\nt: {a|fieldref|neq: c}\ncondition: s and t',
    [{ a: 'user/bob', b: 'bob', c: 'other' }],
    [
      { a: 'user/bob', b: 'bob', c: 'user/bob' },
      { a: 'bob/user', b: 'bob', c: 'x' },
    ],
  ],
  // Conditions
  ['Logical AND/OR', 'a: {f: 1}\nb: {g: 2}\ncondition: a or b', [{ f: 1 }, { g: 2 }], [{ f: 2, g: 1 }]],
  [
    'Operator precedence: or least, then and, then not',
    'a: {f: 1}\nb: {g: 1}\nc: {h: 1}\ncondition: a or b and not c',
    [{ f: 1, h: 1 }, { g: 1 }],
    [{ g: 1, h: 1 }, {}],
  ],
  [
    'Brackets',
    'a: {f: 1}\nb: {g: 1}\nc: {h: 1}\ncondition: (a or b) and not (c)',
    [{ f: 1 }, { g: 1 }],
    [{ f: 1, h: 1 }],
  ],
  [
    '1 of them: identifiers that start with an underscore are not included',
    'a: {f: 1}\n_b: {g: 1}\ncondition: 1 of them',
    [{ f: 1 }],
    [{ g: 1 }],
  ],
  [
    'all of them',
    'a: {f: 1}\nb: {g: 1}\n_c: {h: 1}\ncondition: all of them',
    [{ f: 1, g: 1 }],
    [{ f: 1 }, { g: 1, h: 1 }],
  ],
  [
    '1 of search-identifier-pattern, with wildcards at arbitrary positions',
    'sel_a_x: {f: 1}\nsel_b_x: {g: 1}\nsel_c_y: {h: 1}\ncondition: 1 of sel_*_x',
    [{ f: 1 }, { g: 1 }],
    [{ h: 1 }],
  ],
  [
    '1 of selection* and not 1 of filter*',
    'selection1: {f: 1}\nselection2: {f: 2}\nfilter1: {g: 1}\nfilter2: {g: 2}\ncondition: 1 of selection* and not 1 of filter*',
    [{ f: 2 }, { f: 1, g: 3 }],
    [{ f: 2, g: 2 }, { g: 3 }],
  ],
  ['all of pattern', 'sel1: {f: 1}\nsel2: {g: 1}\ncondition: all of sel*', [{ f: 1, g: 1 }], [{ f: 1 }]],
  [
    'The condition can be a list, linked with OR',
    'a: {f: 1}\nb: {g: 1}\ncondition: [a, b]',
    [{ f: 1 }, { g: 1 }],
    [{ h: 1 }],
  ],
];

describe('what the Sigma specification says', () => {
  it.each(features)('%s', (_says, detection, matched, other) => {
    for (const members of matched) expect([members, matches(detection, members)]).toEqual([members, true]);
    for (const members of other) expect([members, matches(detection, members)]).toEqual([members, false]);
  });
});
