import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { limits } from '../../../../src/core/limits.js';
import { BodyBudget, type BodyShare } from '../../../../src/platform/http/body-budget.js';
import { readBody } from '../../../../src/platform/http/read-body.js';

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

  it('is read on after the pause that its user has to make, which is no slowness', async () => {
    const share = shareOf(bytesMax);
    const pauses = [limits.bodyPaceMs + 1_000, 0];
    const paced = { ...share, bytes: bytesMax, arrived: () => pauses.shift() ?? 0 };
    const read = readBody(payload, { bytesMax, announcedBytes: 6, share: paced });
    payload.write('abc');
    await vi.advanceTimersByTimeAsync(limits.bodyPaceMs);
    expect(payload.isPaused()).toBe(true);
    payload.end('def');
    expect(await isSettled(read)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await read).toString()).toBe('abcdef');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has a little more time where it is small, and all of it where nothing is announced', async () => {
    const small = limits.smallBodyBytesMax;
    const announced = readBody(payload, { bytesMax, announcedBytes: small, share: shareOf(0) });
    const typed = readBody(new PassThrough(), {
      ...{ bytesMax, announcedBytes: undefined, share: shareOf(0) },
    });
    await vi.advanceTimersByTimeAsync(2 * limits.bodyPaceMs - 1);
    expect(await isSettled(announced)).toBeUndefined();
    const refused = expect(announced).rejects.toMatchObject({ code: 'BadRequest' });
    await vi.advanceTimersByTimeAsync(1);
    await refused;
    await vi.advanceTimersByTimeAsync(10 * limits.bodyPaceMs);
    expect(await isSettled(typed)).toBeUndefined();
  });

  it('ends where others need its room', async () => {
    const share = shareOf(bytesMax);
    let end: (error: SallyportError) => void = () => undefined;
    const read = readBody(payload, {
      ...{ bytesMax, announcedBytes: bytesMax },
      share: { ...share, bytes: bytesMax, startReading: (given) => (end = given) },
    });
    const refused = expect(read).rejects.toMatchObject({ code: 'TooManyRequests' });
    end(new SallyportError('TooManyRequests', 'too many bytes'));
    await refused;
    expect([payload.isPaused(), vi.getTimerCount()]).toEqual([true, 0]);
  });
});
