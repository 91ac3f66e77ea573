import { expect, it } from 'vitest';
import { callerTexts } from '../../../../src/audit/domain/caller-texts.js';

it('records a request URI of 1 KB and a user agent of 256 bytes at most, and says so', () => {
  const long = callerTexts({ requestUri: `/${'p'.repeat(7_000)}`, userAgent: 'u'.repeat(7_000) });
  expect(Buffer.byteLength(long.requestURI)).toBe(1_024);
  expect(Buffer.byteLength(long.userAgent ?? '')).toBe(256);
  expect(long.isCut).toBe(true);
  const latin = callerTexts({ requestUri: '/x', userAgent: 'ÿ'.repeat(200) });
  expect(Buffer.byteLength(latin.userAgent ?? '')).toBeLessThanOrEqual(256);
  expect(latin.isCut).toBe(true);
});

it('leaves shorter ones as they are, and no query', () => {
  expect(callerTexts({ requestUri: '/v1/x?token=t#f', userAgent: 'curl/8.5.0' })).toEqual({
    requestURI: '/v1/x',
    userAgent: 'curl/8.5.0',
    isCut: false,
  });
  expect(callerTexts({ requestUri: '/v1/x' }).userAgent).toBeUndefined();
});
