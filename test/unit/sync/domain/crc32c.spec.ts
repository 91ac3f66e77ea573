import { expect, it } from 'vitest';
import { crc32c } from '../../../../src/sync/domain/crc32c.js';

// https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4
it.each([
  ['32 bytes of zero', Buffer.alloc(32), 0x8a91_36aa],
  ['32 bytes of ones', Buffer.alloc(32, 0xff), 0x62a8_ab43],
  ['ascending bytes', Buffer.from(Array.from({ length: 32 }, (_, at) => at)), 0x46dd_794e],
  ['descending bytes', Buffer.from(Array.from({ length: 32 }, (_, at) => 31 - at)), 0x113f_db5c],
  ['digits', Buffer.from('123456789'), 0xe306_9283],
  ['nothing', Buffer.alloc(0), 0],
])('of %s is that of the RFC', (_what, bytes, checksum) => {
  expect(crc32c(bytes)).toBe(checksum);
});
