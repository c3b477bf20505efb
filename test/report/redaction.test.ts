import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportOfLogs } from '../../src/cli/report-of-logs.ts';
import { exportFormats } from '../../src/report/exports/catalogue.ts';
import type { IncidentView } from '../../src/report/incident-view.ts';
import { wholeReport } from '../../src/report/options.ts';
import { redactedView } from '../../src/report/redaction/redacted-view.ts';
import { renderReport } from '../../src/report/report.ts';
import { openReportView } from '../../src/session/report-view.ts';
import { containment, event, view as smallView, withPlaybook } from './views.ts';

const data = new URL('../../../shared/data/cloudtrail/stratus-red-team', import.meta.url).pathname;

/** What a record says about whom and what, found without any code of the program: members that hold ids, addresses, keys and names. */
function identifiersOf(value: unknown, member: string, found: Set<string>): void {
  if (typeof value === 'string') {
    if (/^arn:/.test(value)) {
      const [, , , , account = '', ...rest] = value.split(':');
      if (account === 'aws') return;
      if (/^\d{12}$/.test(account)) found.add(account);
      const name = rest.join(':').split('/').at(-1) ?? '';
      if (name.length > 3 && !/^[*]$|root$/.test(name)) found.add(name);
    } else if (
      /^(?:accountId|recipientAccountId|sourceIPAddress|accessKeyId|principalId|userName|roleName|policyName|instanceId|groupId|bucketName|functionName|secretId|roleSessionName|userIdentityArn|name|keyName|groupName|trailName|dBSnapshotIdentifier|snapshotId|imageId|networkInterfaceId|vpcId|subnetId|s3BucketName|layerName|documentName)$/.test(
        member,
      )
    )
      for (const part of member === 'principalId' ? value.split(':') : [value]) if (part.length > 3) found.add(part);
  } else if (Array.isArray(value)) for (const one of value) identifiersOf(one, member, found);
  else if (value !== null && typeof value === 'object')
    for (const [inner, one] of Object.entries(value)) {
      // The state of an EC2 instance is a word of the API: `{"code": 80, "name": "stopped"}`.
      if (inner !== 'name' || typeof (value as { readonly code?: unknown }).code !== 'number')
        identifiersOf(one, inner, found);
    }
}

/** Not of the account: services, and words of the API. */
const isPublic = (text: string) => /\.amazonaws\.com$|^AWS Internal$|^AWSServiceRoleFor|^HIDDEN_DUE/.test(text);

describe.skipIf(!existsSync(data))('real records', () => {
  const files = existsSync(data) ? readdirSync(data).filter((name) => name.endsWith('.json')) : [];
  const paths = files.map((name) => join(data, name));
  const identifiers = new Set<string>();
  for (const path of paths) identifiersOf(JSON.parse(readFileSync(path, 'utf8')), '', identifiers);
  const searched = [...identifiers].filter((text) => !isPublic(text));

  let view: IncidentView;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    const loaded = await reportOfLogs(paths, new Map(), new AbortController().signal);
    const opened = await openReportView({ ...loaded.facts, inputs: [] }, loaded, new AbortController().signal);
    view = opened.view;
    closing.push(opened.close, loaded.close);
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });
  const exported = (id: string, redaction: 'none' | 'share' | 'public'): string => {
    const told = redaction === 'none' ? view : redactedView(view, redaction);
    const format = exportFormats.find((one) => one.id === id);
    return [...(format?.write(told, { ...wholeReport, everything: true }) ?? [])].join('');
  };
  const standsIn = (text: string, value: string) => {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      const around = `${text[at - 1] ?? ' '}${text[at + value.length] ?? ' '}`;
      if (!/[A-Za-z0-9]/.test(around)) return true;
    }
    return false;
  };

  it('hold enough to search for, and the exports hold it while nothing is redacted', () => {
    expect(searched.length).toBeGreaterThan(150);
    const text = exported('jsonl', 'none');
    expect(searched.filter((value) => standsIn(text, value)).length).toBeGreaterThan(100);
  });

  it.each(exportFormats.flatMap(({ id }) => [[id, 'share'] as const, [id, 'public'] as const]))(
    '%s with %s holds none of their ids, addresses, keys and names',
    (format, profile) => {
      const text = exported(format, profile);
      expect(searched.filter((value) => standsIn(text, value))).toEqual([]);
    },
  );

  it('equal values stay equal, in one export and from one to the next', () => {
    const plain = exported('jsonl', 'none')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const shared = exported('jsonl', 'share')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const pairs = (
      of: (event: {
        principal?: { accessKeyId?: string; name?: string };
        account?: string;
        sourceIp?: string;
      }) => string | undefined,
    ) => {
      const given = new Map<string, Set<string>>();
      for (const [at, event] of plain.entries()) {
        const original = of(event);
        if (original) given.set(original, (given.get(original) ?? new Set()).add(of(shared[at]) ?? ''));
      }
      return given;
    };
    for (const of of [
      pairs(({ account }) => account),
      pairs(({ principal }) => principal?.accessKeyId),
      pairs(({ sourceIp }) => sourceIp),
      pairs(({ principal }) => principal?.name),
    ]) {
      expect(of.size).toBeGreaterThan(1);
      for (const pseudonyms of of.values()) expect(pseudonyms.size).toBe(1);
      expect(new Set([...of.values()].map(([one]) => one)).size).toBe(of.size);
    }
    const some = shared.find(({ principal }) => principal?.accessKeyId);
    expect(exported('csv', 'share')).toContain(some.principal.accessKeyId);
  });
});

describe('redaction', () => {
  const originals = [
    '111122223333',
    'ml-prod',
    'ds-exec',
    'alice',
    'fraud-lab',
    '198.51.100.7',
    'ASIAEXAMPLE000000001',
    'oncall',
    'OnCall',
  ];
  const report = (profile: 'share' | 'public') => renderReport(redactedView(smallView(), profile));

  it.each(['share', 'public'] as const)(
    '%s leaves no name of the incident, its containments, notes and doors',
    (profile) => {
      for (const original of originals)
        expect(report(profile), original).not.toMatch(new RegExp(`(?<![A-Za-z0-9])${original}(?![A-Za-z0-9])`));
      expect(report(profile)).toContain(`| Redaction | ${profile}: `);
    },
  );

  const base64 = (text: string) => Buffer.from(text).toString('base64');
  /** Free text in which something of the incident stands in another form, and what must have become of it. */
  const forms: readonly (readonly [text: string, told: RegExp])[] = [
    ['arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fds-exec', /^arn%3Aaws%3Aiam%3A%3A000000000001%3Arole%2Frole-\d$/],
    [`--user-data ${base64('#!/bin/sh as ds-exec from 198.51.100.7')}`, /^--user-data \S+$/],
    ['[::ffff:198.51.100.7]', /^\[::ffff:198\.18\.0\.1\]$/],
    [
      '2001:0db8:85a3::8a2e:0370:7334 i-0abc1234def567890 bob@corp.example',
      /^2001:db8::\d i-\d person-\d@example\.invalid$/,
    ],
    ['ip-198-51-100-7.ec2.internal', /^ip-198-18-0-1\.ec2\.internal$/],
    ['account 1111-2222-3333', /^account 0000-0000-0001$/],
    ['https://sagemaker-us-east-1-111122223333.s3.amazonaws.com/x', /^https:\/\/bucket-\d\.s3\.amazonaws\.com\/$/],
    ['https://111122223333.signin.aws.amazon.com/console', /^https:\/\/000000000001\.signin\.aws\.amazon\.com\/$/],
    [
      '111122223333.dkr.ecr.us-east-1.amazonaws.com/fraud-lab:1',
      /^000000000001\.dkr\.ecr\.us-east-1\.amazonaws\.com\/notebook-instance-1:1$/,
    ],
    ['aws-cli/2 (alice; 198.51.100.7)', /^aws-cli\/2 \(session-1; 198\.18\.0\.1\)$/],
  ];
  it.each(forms)('recognises it whatever way it is written: %s', (text, told) => {
    const shared = redactedView(smallView({ notes: [{ at: 0, by: 'oncall', text, eventId: undefined }] }), 'share');
    const note = shared.notes[0]?.text ?? '';
    expect(note).toMatch(told);
    const decoded = [decodeURIComponent(note), Buffer.from(note.split(' ')[1] ?? '', 'base64').toString()].join('\n');
    for (const original of [...originals, 'bob', '0abc1234', '198-51-100', '1111-2222'])
      expect(`${note}\n${decoded}`, original).not.toContain(original);
  });

  it('a name that looks as if it were base64 is a name', () => {
    const name = base64('hello world!');
    const role = { kind: 'iam.role', arn: `arn:aws:iam::111122223333:role/${name}`, name, relation: 'target' as const };
    const notes = [{ at: 0, by: 'oncall', text: `look at ${name} first`, eventId: undefined }];
    const shared = redactedView(smallView({ notes }, [event({ resources: [role] })]), 'share');
    expect(shared.notes[0]?.text).toMatch(/^look at role-\d first$/);
  });

  it('keeps the ids of events in free text, whatever digits they end with', () => {
    const text = 'see cb603f7a-02cc-4123-9855-658655364408';
    const shared = redactedView(smallView({ notes: [{ at: 0, by: 'oncall', text, eventId: undefined }] }), 'share');
    expect(shared.notes[0]?.text).toBe(text);
  });

  it('keeps what happened readable', () => {
    const shared = report('share');
    expect(shared).toContain(
      '`sagemaker:CreatePresignedNotebookInstanceUrl` · role-1/session-1 called sagemaker:CreatePresignedNotebookInstanceUrl on nb notebook-instance-1',
    );
    expect(shared).toMatch(/`arn:aws:iam::000000000001:role\/role-\d\/role-1`/);
    expect(shared).toContain('called &#124; the data team');
  });

  it('public has no free text, no ids and no hashes', () => {
    const text = report('public');
    expect(text).not.toContain('data team');
    expect(text).not.toContain(event().id);
    expect(text).not.toContain(event().rawSha256.slice(0, 12));
    expect(text).not.toContain('INC-42');
    for (const { sha256 } of smallView().snapshots) expect(text).not.toContain(sha256);
    for (const { plan } of smallView().containments) expect(text).not.toContain(plan.digest);
    expect(text).toContain('`event-1`');
  });

  it.each(['share', 'public'] as const)(
    'takes names, addresses and ids out of playbooks and hand-offs: %s',
    (profile) => {
      const text = renderReport(redactedView(smallView(withPlaybook()), profile));
      const section = text.slice(text.indexOf('## Playbooks'));
      expect(section).toContain('Notebook hijack');
      for (const secret of ['198.51.100.7', 'oncall', 'ds-exec']) expect(section, secret).not.toContain(secret);
      if (profile === 'public') {
        expect(section).not.toContain(event().id);
        expect(section).not.toContain('alice');
      }
    },
  );

  it('masks secrets before it looks for names', () => {
    const secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    const shared = renderReport(
      redactedView(smallView({ containments: [containment({ reason: `AKIAIOSFODNN7EXAMPLE:${secret}` })] }), 'share'),
    );
    expect(shared).not.toContain(secret);
    expect(shared).not.toContain('AKIAIOSFODNN7EXAMPLE');
  });
});
