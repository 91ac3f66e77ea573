import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Schedule } from '../../../../src/rotation/domain/rotation-spec.js';
import { cronProblem, isInWindow, nextDueMs } from '../../../../src/rotation/domain/schedule.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const seed = 'uid-of-policy';

function cron(text: string, timeZone = 'Europe/Berlin', jitterMs = 0): Schedule {
  return { when: { cron: text, timeZone }, windowMs: undefined, jitterMs };
}

function every(everyMs: number, jitterMs = 0): Schedule {
  return { when: { everyMs }, windowMs: undefined, jitterMs };
}

/** The first times after `from`, each after the one before. */
function times(schedule: Schedule, from: string, count: number): readonly string[] {
  const found: string[] = [];
  let afterMs = Date.parse(from);
  for (let index = 0; index < count; index += 1) {
    afterMs = nextDueMs(schedule, { afterMs, anchorMs: 0, seed }) ?? Infinity;
    found.push(new Date(afterMs).toISOString());
  }
  return found;
}

describe('a cron schedule', () => {
  it('is due by the clock of its zone, summer and winter', () => {
    expect(times(cron('0 3 * * 0'), '2026-03-20T00:00:00Z', 3)).toEqual([
      '2026-03-22T02:00:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-04-05T01:00:00.000Z',
    ]);
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', '2026-03-29T00:00:00Z', '2026-03-29T01:00:00.000Z'],
    ['America/Santiago', '0 0 * * *', '2026-09-05T12:00:00Z', '2026-09-06T04:00:00.000Z'],
    ['Australia/Lord_Howe', '15 2 * * *', '2026-10-03T12:00:00Z', '2026-10-03T15:30:00.000Z'],
  ])('is due right after a time that daylight saving leaves out in %s', (zone, text, from, due) => {
    expect(times(cron(text, zone), from, 1)).toEqual([due]);
  });

  it.each([
    ['Europe/Berlin', '30 2 * * *', '2026-10-24T12:00:00Z', ['25T00:30', '26T01:30']],
    ['Australia/Lord_Howe', '45 1 * * *', '2026-04-04T00:00:00Z', ['04T14:45', '05T15:15']],
  ])('is due once at a time that daylight saving repeats in %s', (zone, text, from, due) => {
    const month = from.slice(0, 8);
    expect(times(cron(text, zone), from, 2)).toEqual(due.map((one) => `${month}${one}:00.000Z`));
  });

  it('is due every hour also where the clock is set', () => {
    const spring = times(cron('30 * * * *'), '2026-03-29T00:00:00Z', 3);
    const autumn = times(cron('30 * * * *'), '2026-10-25T00:00:00Z', 3);
    expect(spring.map((one) => one.slice(11, 16))).toEqual(['00:30', '01:30', '02:30']);
    expect(autumn.map((one) => one.slice(11, 16))).toEqual(['00:30', '01:30', '02:30']);
  });

  it('knows leap days', () => {
    expect(times(cron('0 0 29 2 *', 'UTC'), '2026-01-01T00:00:00Z', 2)).toEqual([
      '2028-02-29T00:00:00.000Z',
      '2032-02-29T00:00:00.000Z',
    ]);
  });

  it('is due once after a downtime, and then when it is due anyway', () => {
    const schedule = cron('0 3 * * *', 'UTC');
    const afterDowntimeMs = Date.parse('2026-02-01T12:00:00Z');
    const next = nextDueMs(schedule, { afterMs: afterDowntimeMs, anchorMs: 0, seed });
    expect(next).toBe(Date.parse('2026-02-02T03:00:00Z'));
  });

  it('is never due at the time it is asked after', () => {
    const atMs = Date.parse('2026-01-01T03:00:00Z');
    const next = nextDueMs(cron('0 3 * * *', 'UTC'), { afterMs: atMs, anchorMs: 0, seed });
    expect(next).toBe(atMs + DAY_MS);
  });
});

describe('an interval', () => {
  it('is counted from when it was due last', () => {
    const next = nextDueMs(every(DAY_MS), { afterMs: 5 * HOUR_MS, anchorMs: HOUR_MS, seed });
    expect(next).toBe(DAY_MS + HOUR_MS);
  });

  it('is due once after a downtime of many of them', () => {
    const anchorMs = HOUR_MS;
    const overdueMs = nextDueMs(every(HOUR_MS), { afterMs: anchorMs, anchorMs, seed });
    expect(overdueMs).toBe(2 * HOUR_MS);
    const nowMs = 1_000.5 * HOUR_MS;
    expect(nextDueMs(every(HOUR_MS), { afterMs: nowMs, anchorMs: 2 * HOUR_MS, seed })).toBe(
      1_001 * HOUR_MS,
    );
  });

  it('is never due at the time it is asked after, not even on the grid', () => {
    const next = nextDueMs(every(HOUR_MS), { afterMs: 2 * HOUR_MS, anchorMs: 0, seed });
    expect(next).toBe(3 * HOUR_MS);
  });

  it('is after the time it is asked after, by one interval at most, and on the grid', () => {
    const ms = fc.integer({ min: 0, max: 4_102_444_800_000 });
    fc.assert(
      fc.property(ms, ms, fc.integer({ min: 60_000, max: 3_660 * DAY_MS }), (a, b, everyMs) => {
        const [anchorMs, afterMs] = [Math.min(a, b), Math.max(a, b)];
        const next = nextDueMs(every(everyMs), { afterMs, anchorMs, seed }) ?? NaN;
        expect(next).toBeGreaterThan(afterMs);
        expect(next).toBeLessThanOrEqual(afterMs + everyMs);
        expect((next - anchorMs) % everyMs).toBe(0);
      }),
    );
  });

  it('is a whole one ahead where the last time lies ahead: a clock was set back', () => {
    const next = nextDueMs(every(HOUR_MS), { afterMs: 0, anchorMs: DAY_MS, seed });
    expect(next).toBe(DAY_MS + HOUR_MS);
  });
});

describe('jitter', () => {
  const daily = (jitterMs: number): Schedule => cron('0 3 * * *', 'UTC', jitterMs);
  const from = { afterMs: 0, anchorMs: 0 };

  it('is the same whoever asks, and another one for another policy or time', () => {
    const due = (uid: string, afterMs: number): number =>
      (nextDueMs(daily(HOUR_MS), { afterMs, anchorMs: 0, seed: uid }) ?? NaN) % DAY_MS;
    expect(due('a', 0)).toBe(due('a', 0));
    expect(due('a', 0)).not.toBe(due('b', 0));
    expect(due('a', 0)).not.toBe(due('a', DAY_MS));
  });

  it('comes after the time, and by less than what was asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 7 * DAY_MS }), (uid, jitterMs) => {
        for (const schedule of [daily(jitterMs), every(DAY_MS, jitterMs)]) {
          const plain = nextDueMs({ ...schedule, jitterMs: 0 }, { ...from, seed: uid }) ?? NaN;
          const late = (nextDueMs(schedule, { ...from, seed: uid }) ?? NaN) - plain;
          expect(Number.isInteger(late) && late >= 0 && late < jitterMs).toBe(true);
        }
      }),
    );
  });

  it('spreads policies of one time over all of it', () => {
    const minutes = Array.from({ length: 1_000 }, (_, index) => {
      const next = nextDueMs(daily(10 * 60_000), { ...from, seed: `uid-${index}` }) ?? NaN;
      return Math.floor((next % HOUR_MS) / 60_000);
    });
    for (let minute = 0; minute < 10; minute += 1) {
      const count = minutes.filter((one) => one === minute).length;
      expect(count).toBeGreaterThan(50);
      expect(count).toBeLessThan(200);
    }
  });
});

describe('the window of a schedule', () => {
  const schedule: Schedule = { ...every(DAY_MS), windowMs: HOUR_MS };

  it.each([
    [0, true],
    [HOUR_MS, true],
    [HOUR_MS + 1, false],
  ])('%i ms after its time lets a run begin: %s', (lateMs, isIn) => {
    expect(isInWindow(schedule, DAY_MS, DAY_MS + lateMs)).toBe(isIn);
  });

  it('never closes where there is none', () => {
    expect(isInWindow(every(DAY_MS), 0, 400 * DAY_MS)).toBe(true);
  });
});

describe('a cron expression', () => {
  it.each(['0 3 * * 0', '*/5 * * * *', '0 0 L * *', '0 0 * * 5#2', '0 0 29 2 *', ' 0 3 * * SUN '])(
    'may be %j',
    (text) => {
      expect(cronProblem(text, 'Europe/Berlin')).toBeUndefined();
    },
  );

  it.each([
    ['0 3 * *', 'expected five fields: minute, hour, day, month, weekday'],
    ['0 0 3 * * 0', 'expected five fields: minute, hour, day, month, weekday'],
    ['@daily', 'expected five fields: minute, hour, day, month, weekday'],
    ['2026-01-01T00:00:00', 'expected five fields: minute, hour, day, month, weekday'],
    ['60 * * * *', 'not a cron expression'],
    ['*/0 * * * *', 'not a cron expression'],
    ['a b c d e', 'not a cron expression'],
    ['0 0 30 2 *', 'there is no such time'],
    ['0 0 31 4,6 *', 'there is no such time'],
  ])('is not %j', (text, reason) => {
    expect(cronProblem(text, 'UTC')).toEqual({ member: 'cron', reason });
  });

  it.each(['Mars/Olympus', '', 'Europe/Berlin ', '../etc/passwd'])(
    'has no time zone %j',
    (timeZone) => {
      expect(cronProblem('0 3 * * 0', timeZone)).toEqual({
        member: 'timeZone',
        reason: 'not a time zone',
      });
    },
  );
});
