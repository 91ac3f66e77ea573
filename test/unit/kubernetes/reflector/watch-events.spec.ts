import { describe, expect, it } from 'vitest';
import {
  WatchContentError,
  watchEvents,
} from '../../../../src/kubernetes/reflector/watch-events.js';

const first = { type: 'ADDED', object: { metadata: { name: 'ä' } } };
const second = { type: 'DELETED', object: { metadata: { name: 'b' } } };
const text = Buffer.from(`${JSON.stringify(first)}\n\n${JSON.stringify(second)}\n`);

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
    await Promise.resolve();
  }
}

async function collected<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const read = (bytes: Buffer, size = bytes.length, lineBytesMax = 1_000) =>
  collected(watchEvents(inPieces(bytes, size), lineBytesMax));

describe('watchEvents', () => {
  it.each([1, 2, 7, 40, 1_000])('reads events from pieces of %i bytes', async (size) => {
    expect(await read(text, size)).toEqual([first, second]);
  });

  it('bounds a line, also one that never ends', async () => {
    const line = JSON.stringify(second).length;
    expect(await read(text, 5, line)).toEqual([first, second]);
    await expect(read(text, 5, line - 1)).rejects.toThrow(WatchContentError);
    await expect(read(Buffer.alloc(5_000, 'x'), 10)).rejects.toThrow('over 1000 bytes');
  });

  it.each(['no json\n', '[]\n', '{"object":{}}\n', '{"type":"ADDED","object":{', '"canary"\n'])(
    'refuses %j without repeating it',
    async (line) => {
      const failure = await read(Buffer.from(line)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(WatchContentError);
      expect(String(failure)).not.toMatch(/canary|json/);
    },
  );

  it('passes on what breaks the connection', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield text;
      await Promise.reject(new Error('reset'));
    }
    await expect(collected(watchEvents(broken(), 1_000))).rejects.toThrow('reset');
  });
});
