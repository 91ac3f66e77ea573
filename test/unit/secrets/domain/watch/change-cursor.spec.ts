import { describe, expect, it } from 'vitest';
import { encodeCursor } from '../../../../../src/core/page.js';
import {
  decodeChangeCursor,
  encodeChangeCursor,
} from '../../../../../src/secrets/domain/watch/change-cursor.js';
import { refusal } from '../secret.builder.js';

describe('the cursor of a stream', () => {
  it.each([
    { reached: '41' },
    { reached: '41', upTo: '' },
    { reached: '9'.repeat(20), upTo: 'db' },
  ])('comes back as it went: %j', (cursor) => {
    const text = encodeChangeCursor('pay', cursor);
    expect(text).toMatch(/^[\w-]+$/);
    expect(decodeChangeCursor('pay', text)).toEqual(cursor);
  });

  it.each([
    ['of another namespace', encodeChangeCursor('shop', { reached: '41' })],
    ['of a list', encodeCursor({ ns: 'pay', after: 'db' })],
    ['without a number', encodeCursor({ ns: 'pay', v: 'x' })],
    ['of anything else', 'abc'],
    ['that is empty', ''],
  ])('%s is refused', (_what, text) => {
    expect(refusal(() => decodeChangeCursor('pay', text)).code).toBe('BadRequest');
  });
});
