import { describe, expect, it } from 'vitest';
import {
  greetingBytes,
  greetingLength,
  readGreeting,
} from '../../../../src/workers/domain/greeting.js';

describe('the words that a connection between two processes begins with', () => {
  it.each(['10.0.0.7', '::1', '::ffff:10.0.0.7', 'fe80::1%eth0'])('name the client %s', (peer) => {
    const bytes = greetingBytes({ peer });
    expect(greetingLength(bytes)).toBe(bytes.length);
    expect(readGreeting(bytes)).toEqual({ peer });
  });

  it('have a length that is known after two bytes', () => {
    const bytes = greetingBytes({ peer: '10.0.0.7' });
    expect(greetingLength(bytes.subarray(0, 1))).toBeUndefined();
    expect(greetingLength(bytes.subarray(0, 2))).toBe(bytes.length);
  });

  it.each([
    ['no address', greetingBytes({ peer: '' })],
    ['a name', greetingBytes({ peer: 'localhost' })],
    ['a request', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['less than announced', greetingBytes({ peer: '10.0.0.7' }).subarray(0, 6)],
    ['more than may be', greetingBytes({ peer: '1'.repeat(300) })],
  ])('are none with %s', (_what, bytes) => {
    expect(readGreeting(bytes)).toBeUndefined();
  });
});
