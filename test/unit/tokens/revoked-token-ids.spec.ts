import { expect, it } from 'vitest';
import { limits } from '../../../src/core/limits.js';
import { RevokedTokenIds } from '../../../src/tokens/revoked-token-ids.js';

it('remembers as many ids as the limit says, and forgets the oldest', () => {
  const ids = new RevokedTokenIds();
  for (let at = 0; at <= limits.tokenRevocationsMax; at += 1) ids.add(`id-${at}`);
  expect(ids.has('id-0')).toBe(false);
  expect(ids.has('id-1')).toBe(true);
  expect(ids.has(`id-${limits.tokenRevocationsMax}`)).toBe(true);
});
