import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cloudtrail, rule } from '../detection/asked.ts';
import { firebreak } from '../helpers/firebreak.ts';

const folder = mkdtempSync(join(tmpdir(), 'firebreak-rules-'));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('firebreak rules', () => {
  it('lists them as text and as JSON', async () => {
    const { stdout, code } = await firebreak(['rules', '--json']);
    const rules = JSON.parse(stdout) as readonly {
      readonly id: string;
      readonly title: string;
      readonly level: string;
      readonly silent?: boolean;
    }[];
    expect(code).toBe(0);
    expect(rules.length).toBeGreaterThan(0);
    expect(rules.every(({ id, title, level }) => id !== '' && title !== '' && level !== '')).toBe(true);
    expect((await firebreak(['rules'])).stdout).toContain(rules.find(({ silent }) => !silent)?.title);
  });

  it('check says of each file whether it loads, and why not', async () => {
    const dir = join(folder, 'mine');
    mkdirSync(dir);
    writeFileSync(join(dir, 'good.yml'), rule('s: {f: 1}\ncondition: s'));
    writeFileSync(
      join(dir, 'other.yaml'),
      rule('s: {f: 1}\ncondition: s')
        .replace('under-test', 'windows')
        .replace('product: aws, service: cloudtrail', 'product: windows'),
    );
    writeFileSync(join(dir, 'bad.yml'), rule('s: {f|contians: 1}\ncondition: s').replace('under-test', 'bad'));
    writeFileSync(join(dir, 'none.yml'), 'title: [');
    const { stdout, code } = await firebreak(['rules', 'check', dir, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      {
        file: join(dir, 'bad.yml'),
        id: 'bad',
        ok: false,
        error: expect.stringMatching(/^line 7: detection\.s\.f\|contians: there is no modifier/),
      },
      { file: join(dir, 'good.yml'), id: 'under-test', ok: true, error: null },
      { file: join(dir, 'none.yml'), id: null, ok: false, error: expect.stringContaining('is not YAML') },
      {
        file: join(dir, 'other.yaml'),
        id: 'windows',
        ok: true,
        error: null,
        notes: [expect.stringContaining('windows')],
      },
    ]);
    expect((await firebreak(['rules', 'check', join(dir, 'good.yml')])).stdout).toContain('1 of 1 load');
  });

  it('test explains each match by selection, field and value', async () => {
    const logs = file(
      'logs.json',
      JSON.stringify({
        Records: [
          cloudtrail({
            eventName: 'StopLogging',
            userIdentity: { type: 'IAMUser', userName: 'mallory' },
            requestParameters: { list: ['a', 'evil\u001b[31m'] },
          }),
          cloudtrail({ eventName: 'StopLogging', errorCode: 'AccessDenied' }),
        ],
      }),
    );
    const mine = file(
      'mine.yml',
      rule(
        'sel:\n  requestParameters.list|startswith: evil\nfilter: {errorCode: AccessDenied}\ncondition: sel and not filter',
      ),
    );
    const { stdout, code } = await firebreak(['rules', 'test', mine, '--against', logs]);
    expect(code).toBe(0);
    expect(stdout).toContain("sel: requestParameters.list startswith 'evil': evil\\u{1b}[31m");
    expect(stdout).toContain('not filter');
    expect(stdout).toContain('under-test: 1 of 2 records');
    const json = JSON.parse((await firebreak(['rules', 'test', mine, '--against', logs, '--json'])).stdout);
    expect(json).toMatchObject([
      {
        rule: 'under-test',
        action: 'sagemaker:StopLogging',
        matches: [
          { selection: 'sel', reasons: [{ field: 'requestParameters.list' }] },
          { selection: 'filter', not: true },
        ],
      },
    ]);
  });

  it('of a rule that met nothing, test says how many records met each of its parts', async () => {
    const logs = file(
      'near.json',
      JSON.stringify({ Records: [cloudtrail({ eventName: 'A' }), cloudtrail({ eventName: 'B' })] }),
    );
    const mine = file(
      'near.yml',
      rule(
        's: {eventName: [A, B], error_cod: x}\nf: {eventName: B}\ntimeframe: 1m\ncondition: s and not f | count() > 2',
      ),
    );
    expect((await firebreak(['rules', 'test', mine, '--against', logs])).stdout).toBe(
      [
        'under-test: 0 of 2 records',
        "  under-test/events, s is met by 0 (eventName is 'A' or is 'B': 2; error_cod is 'x': 0)",
        '  under-test/events, f is met by 1',
        '  note: CloudTrail records have no error_cod',
        '  note: its aggregation is taken as the correlation event_count',
        '',
      ].join('\n'),
    );
  });

  it('a rule that nothing in the logs could speak to is not evaluated', async () => {
    const logs = file('few.json', JSON.stringify({ Records: [cloudtrail({})] }));
    const mine = file(
      'lines.yml',
      rule('s: [xmrig]\ncondition: s').replace('service: cloudtrail', 'service: cloudwatch_logs'),
    );
    expect((await firebreak(['rules', 'test', mine, '--against', logs])).stdout).toBe(
      'under-test: not evaluated: no log lines\n',
    );
  });

  it.each([
    [['rules', 'frobnicate'], 'has no "frobnicate"'],
    [['rules', 'check'], 'needs a file or folder'],
    [['rules', 'check', '/nonexistent'], 'no such file or folder'],
    [['rules', 'test', '/nonexistent'], 'needs a file of rules and logs'],
    [['rules', 'test', '/nonexistent', '--against', '/tmp'], 'no such file or folder'],
  ])('%s', async (args, said) => {
    const { code, stderr } = await firebreak(args);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});
