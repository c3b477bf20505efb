import { describe, expect, it } from 'vitest';
import { timeOf } from '../../src/normalise/member.ts';

describe('timeOf', () => {
  it('reads a time the same whatever was read before it', () => {
    for (const text of [
      '2026-11-23T21:04:05Z',
      '2026-11-23T21:04:59Z',
      '2026-11-23T21:04:00Z',
      '2026-11-23T21:05:00Z',
      '2026-11-23T21:05:01.250Z',
      '2026-11-23T21:05:01+01:00',
      '1969-12-31T23:59:30Z',
      '1969-12-31T23:59:31Z',
      '2026-11-24T00:00:01Z',
    ])
      expect(timeOf(text), text).toBe(Date.parse(text));
  });

  it('takes nothing for a time because its minute was one', () => {
    for (const minute of ['2026-11-23T21:04:', '2026-11-24T24:00:']) {
      expect(timeOf(`${minute}00Z`)).toBe(Date.parse(`${minute}00Z`));
      for (const rest of ['60Z', '0:Z', '/0Z', '05X', '1 Z']) expect(timeOf(minute + rest), rest).toBeUndefined();
    }
    expect(timeOf('2026-11-24T24:00:01Z')).toBeUndefined();
  });
});
