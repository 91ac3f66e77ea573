import { beforeEach, describe, expect, it } from 'vitest';
import { FetchedValues } from '../../../../src/sync/notify/fetched-values.js';
import { ManualClock } from '../../auth/manual-clock.js';

const MINUTE_MS = 60_000;
const PAUSE_MS = 10_000;

let clock: ManualClock;
let faults: unknown[];
let fetches: number;
let values: FetchedValues<number>;

beforeEach(() => {
  clock = new ManualClock();
  faults = [];
  fetches = 0;
  values = new FetchedValues({
    usedMs: MINUTE_MS,
    clock,
    onFault: (error) => void faults.push(error),
  });
});

const fetch = async (): Promise<number> => (fetches += 1);
const fail = async (): Promise<number> => {
  fetches += 1;
  throw new Error('no answer');
};

describe('a fetched value', () => {
  it('is used for its time, and then fetched again', async () => {
    expect(await values.get('a', fetch)).toBe(1);
    clock.advance(MINUTE_MS - 1);
    expect(await values.get('a', fetch)).toBe(1);
    clock.advance(1);
    expect(await values.get('a', fetch)).toBe(2);
  });

  it('is fetched once for concurrent uses, and for each key', async () => {
    const found = await Promise.all([values.get('a', fetch), values.get('a', fetch)]);
    expect(found).toEqual([1, 1]);
    expect(await values.get('b', fetch)).toBe(2);
  });

  it('is fetched at most once in a pause, whether or not the fetch fails', async () => {
    expect(await values.get('a', fail)).toBeUndefined();
    expect(await values.get('a', fetch)).toBeUndefined();
    expect([fetches, faults.length]).toEqual([1, 1]);
    clock.advance(PAUSE_MS);
    expect(await values.get('a', fetch)).toBe(2);
    expect(await values.renewed('a', fetch)).toBe(2);
    clock.advance(PAUSE_MS);
    expect(await values.renewed('a', fetch)).toBe(3);
  });

  it('stays if it cannot be renewed, and ends with its time', async () => {
    await values.get('a', fetch);
    clock.advance(PAUSE_MS);
    expect(await values.renewed('a', fail)).toBe(1);
    expect(await values.get('a', fail)).toBe(1);
    clock.advance(MINUTE_MS);
    expect(await values.get('a', fail)).toBeUndefined();
  });
});
