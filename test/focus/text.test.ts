import { expect, it } from 'vitest';
import { printFilter } from '../../src/filter/print.ts';
import { startFrom } from '../../src/focus/start-from.ts';
import { textFacts } from '../../src/focus/text-indicators.ts';

const now = Date.parse('2026-11-23T21:00:00Z');
const filterOf = (text: string) => printFilter(startFrom({ alerts: [text] }, now).filter);

it('reads a chat message, defanged', () => {
  const facts = textFacts(
    'SEV-2 :rotating_light: key AKIAFP2DUF32SIL62RFN used from 198[.]51[.]100[.]7 in account 1111-2222-3333 (us-east-1) since 2026-11-23 20:31:02 UTC, C2 hxxp://203[.]0[.]113[.]9:8080/s',
    now,
  );
  expect(facts.indicators).toEqual([
    { type: 'address', value: '203.0.113.9' },
    { type: 'key', id: 'AKIAFP2DUF32SIL62RFN' },
    { type: 'address', value: '198.51.100.7' },
  ]);
  expect(facts.accounts).toEqual(['111122223333']);
  expect(facts.regions).toEqual(['us-east-1']);
  expect(facts.firstSeen).toBe(Date.parse('2026-11-23T20:31:02Z'));
});

it('reads a mail: its subject and body, not the servers it passed', () => {
  const mail = [
    'Received: from relay.example.net (192.0.2.99) by mx',
    ' (192.0.2.100) id 6b1d6a0e-6a52-4b8e-9f31-2f0d5d4b6c7a',
    'Message-ID: <6b1d6a0e-6a52-4b8e-9f31-2f0d5d4b6c7b@example.net>',
    'Subject: notebook arn:aws:sagemaker:us-east-1:111122223333:notebook-instance/fraud-lab',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    'Address 198.51.100.=',
    '7 =3D bad; internal 10.0.0.7; version 1.2.3; at 20:31:02',
  ].join('\r\n');
  const start = startFrom({ alerts: [mail] }, now);
  expect(printFilter(start.filter)).toBe('ip=198.51.100.7');
  expect(start.resources.map(({ name }) => name)).toEqual(['fraud-lab']);
  expect(start.unused.join('\n')).toContain('10.0.0.7 is private');
});

it('reads a page: addresses of links, no styles', () => {
  expect(
    filterOf(
      '<html><style>a{width:1.2.3.4}</style><body><p>Role<a href="https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1&amp;x#/roles/details/ds-exec">here</a> 2001:db8::7</p>',
    ),
  ).toBe('ip=2001:db8::7');
});

it.each<[string, string]>([
  ['event d62d890b-4886-4969-a50e-aa44d6d3d3fe', 'id=d62d890b-4886-4969-a50e-aa44d6d3d3fe'],
  ['(Request ID: d62d890b-4886-4969-a50e-aa44d6d3d3fe)', ''],
  ['network 198.51.100.0/24 and 0.0.0.0/0 and 127.0.0.1', 'ip=198.51.100.0/24'],
  [
    '"arn:aws:iam::111122223333:role/service-role/ds-exec".',
    'principal="arn:aws:iam::111122223333:role/service-role/ds-exec" | resource=ds-exec',
  ],
  ['arn:aws:sagemaker:us-east-1:111122223333:endpoint/*', ''],
  ['https://example.com/d62d890b-4886-4969-a50e-aa44d6d3d3fe/198.51.100.7', ''],
  ['v1.2.3.4 build 10.20.30.40.50', ''],
])('%s', (text, filter) => expect(filterOf(text).replaceAll('"', '')).toBe(filter.replaceAll('"', '')));

it('takes no account or Region for an indicator', () => {
  const start = startFrom({ alerts: ['account 444455556666 in eu-west-1'] }, now);
  expect(start.filter.type).toBe('all');
  expect(start.accounts).toEqual([]);
});

it('reads a million odd characters soon', () => {
  for (const piece of ['a:', '1.', '<a ', '::', 'arn:aws:', '=\n', '(', 'AKIA']) {
    const began = performance.now();
    textFacts(piece.repeat(1_000_000 / piece.length), now);
    // Generous: what it rules out is quadratic time, which would be minutes.
    expect(performance.now() - began).toBeLessThan(8_000);
  }
}, 60_000);
