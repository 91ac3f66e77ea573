import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { BodyBudget, type BodyShare } from '../../../src/http/body-budget.js';
import { readBody } from '../../../src/http/read-body.js';

const bytesMax = 1_000_000;
let payload: PassThrough;

beforeEach(() => {
  vi.useFakeTimers();
  payload = new PassThrough({ highWaterMark: bytesMax });
});
afterEach(() => {
  vi.useRealTimers();
});

const shareOf = (bytes: number): BodyShare => new BodyBudget().begin('a', bytes);

describe('a body', () => {
  it('is what was sent, however it was cut', async () => {
    const announced = readBody(payload, { bytesMax, announcedBytes: 6, share: shareOf(6) });
    for (const part of ['a', 'bcd', 'ef']) payload.write(part);
    payload.end();
    expect((await announced).toString()).toBe('abcdef');
  });

  it.each([
    ['ends early', () => payload.end('abc')],
    ['is cut', () => payload.destroy()],
    ['fails', () => payload.destroy(new Error('reset'))],
  ])('that %s is BadRequest', async (_how, act) => {
    const read = readBody(payload, { bytesMax, announcedBytes: 6, share: shareOf(6) });
    act();
    await expect(read).rejects.toMatchObject({ code: 'BadRequest' });
  });

  it('that was cut before anybody read it is BadRequest', async () => {
    payload.destroy();
    const read = readBody(payload, { bytesMax, announcedBytes: 6, share: shareOf(6) });
    await expect(read).rejects.toMatchObject({ code: 'BadRequest' });
  });

  it('is TooLarge as soon as it is, and read no further', async () => {
    const read = readBody(payload, { bytesMax: 4, announcedBytes: undefined, share: shareOf(0) });
    payload.write('abcde');
    await expect(read).rejects.toMatchObject({ code: 'TooLarge' });
    expect(payload.isPaused()).toBe(true);
  });
});

describe('a body that comes slowly', () => {
  const isSettled = async (read: Promise<unknown>): Promise<unknown> => {
    const pending = Symbol('pending');
    const settled = read.catch((error: unknown) => error);
    const end = await Promise.race([settled, Promise.resolve(pending)]);
    return end === pending ? undefined : end;
  };

  it('is ended where it is large and stands still', async () => {
    const share = shareOf(bytesMax);
    const read = readBody(payload, { bytesMax, announcedBytes: bytesMax, share });
    payload.write(Buffer.alloc(limits.bodyPaceBytesMin));
    await vi.advanceTimersByTimeAsync(limits.bodyPaceMs);
    expect(await isSettled(read)).toBeUndefined();
    const refused = expect(read).rejects.toMatchObject({
      code: 'BadRequest',
      message: 'the body comes too slowly: 65536 bytes a second are expected',
    });
    await vi.advanceTimersByTimeAsync(limits.bodyPaceMs);
    await refused;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has all its time where it is small, announced or not', async () => {
    const small = limits.smallBodyBytesMax;
    const sender = shareOf(0);
    const reads = [
      readBody(payload, { bytesMax, announcedBytes: small, share: shareOf(small) }),
      readBody(new PassThrough(), { bytesMax, announcedBytes: undefined, share: sender }),
    ];
    await vi.advanceTimersByTimeAsync(10 * limits.bodyPaceMs);
    for (const read of reads) expect(await isSettled(read)).toBeUndefined();
  });
});
