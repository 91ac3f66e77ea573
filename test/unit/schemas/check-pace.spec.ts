import { beforeEach, describe, expect, it } from 'vitest';
import { schemaLimits } from '../../../src/core/schema-limits.js';
import { CheckPace } from '../../../src/schemas/check-pace.js';

const { checkBurstMs, checkMsFree, checkShare, checksWaitingMax } = schemaLimits;
const callerOf = (username: string) => ({ principal: { username, token: undefined } });
const mallory = callerOf('mallory');

let nowMs: number;
let usedMs: number;
let pauses: number[];
let pace: CheckPace;

beforeEach(() => {
  nowMs = 1_000;
  usedMs = 0;
  pauses = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    nowMs += ms;
  };
  pace = new CheckPace({ nowMs: () => nowMs, usedMs: () => usedMs, pause });
});

/** Returns a check that takes this time of the processor. */
function taking(ms: number): () => string {
  return () => {
    usedMs += ms;
    nowMs += ms;
    return 'checked';
  };
}

describe('the checks of one owner', () => {
  it('never wait if each is as short as ordinary checks', async () => {
    for (let count = 0; count < 10_000; count += 1) await pace.run(mallory, taking(checkMsFree));
    expect(pauses).toEqual([]);
  });

  it('take their share of the processor at most, after a burst', async () => {
    const startMs = nowMs;
    for (let count = 0; count < 50; count += 1) {
      expect(await pace.run(mallory, taking(100 + checkMsFree))).toBe('checked');
    }
    const counted = 50 * 100;
    const share = (counted - checkBurstMs - 100) / (nowMs - startMs);
    expect(share).toBeLessThanOrEqual(checkShare);
    expect(share).toBeGreaterThan(checkShare * 0.9);
    expect(pauses.length).toBeGreaterThan(40);
  });

  it('begin again immediately after a while', async () => {
    for (let count = 0; count < 5; count += 1) await pace.run(mallory, taking(500));
    pauses = [];
    nowMs += (checkBurstMs + 500) / checkShare;
    await pace.run(mallory, taking(500));
    expect(pauses).toEqual([]);
  });

  it('count also if they fail', async () => {
    const fail = () => {
      usedMs += 500;
      throw new Error('broken');
    };
    await expect(pace.run(mallory, fail)).rejects.toThrow('broken');
    await pace.run(mallory, taking(1));
    expect(pauses).toHaveLength(1);
  });

  it('wait in limited number, in their order', async () => {
    let open = (): void => undefined;
    const pause = () =>
      new Promise<void>((resolve) => {
        open = resolve;
      });
    pace = new CheckPace({ nowMs: () => nowMs, usedMs: () => usedMs, pause });
    await pace.run(mallory, taking(500));
    const order: number[] = [];
    const waiting = Array.from({ length: checksWaitingMax }, (_, at) =>
      pace.run(mallory, () => void order.push(at)),
    );
    const refused = { code: 'TooManyRequests', headers: { 'retry-after': '5' } };
    await expect(pace.run(mallory, taking(1))).rejects.toMatchObject(refused);
    for (let count = 0; count < checksWaitingMax; count += 1) {
      open();
      await waiting[count];
    }
    expect(order).toEqual(Array.from({ length: checksWaitingMax }, (_, at) => at));
  });
});

it('delays no other owner', async () => {
  for (let count = 0; count < 5; count += 1) await pace.run(mallory, taking(500));
  pauses = [];
  await pace.run(callerOf('alice'), taking(500));
  expect(pauses).toEqual([]);
});

it('counts work that cannot wait for the time of its namespace, and of no user of that name', async () => {
  const schemas = { work: 'schemas', namespace: 'pay' } as const;
  expect(pace.measured(schemas, taking(2_000))).toBe('checked');
  expect(pace.waitMs(schemas)).toBeGreaterThan(1_000);
  const others = [callerOf('schemas/pay'), { work: 'copies', namespace: 'pay' }] as const;
  for (const one of others) expect(pace.waitMs(one)).toBeLessThanOrEqual(0);
});
