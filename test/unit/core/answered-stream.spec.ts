import { describe, expect, it } from 'vitest';
import { answeredStream } from '../../../src/core/answered-stream.js';
import type { RawStream } from '../../../src/core/forwarding.js';

async function* nothing(): AsyncGenerator<Buffer> {
  // A stream without a byte.
}

const stream = (): RawStream => ({ status: 200, headers: {}, chunks: nothing() });

describe('a stream that is opened for a caller', () => {
  it('ends where it was opened and cannot be answered', async () => {
    let opened: AbortSignal | undefined;
    const answered = answeredStream({}, async (signal) => {
      opened = signal;
      throw new Error('not on record');
    });
    await expect(answered).rejects.toThrow('not on record');
    expect(opened?.aborted).toBe(true);
  });

  it('ends with its call, and not before', async () => {
    const call = new AbortController();
    let opened: AbortSignal | undefined;
    await answeredStream({ signal: call.signal }, async (signal) => {
      opened = signal;
      return stream();
    });
    expect(opened?.aborted).toBe(false);
    call.abort();
    expect(opened?.aborted).toBe(true);
  });
});
