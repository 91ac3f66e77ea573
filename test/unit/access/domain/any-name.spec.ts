import { expect, it } from 'vitest';
import { ANY_NAME } from '../../../../src/access/domain/any-name.js';

it('is a valid name that no rule can be about', () => {
  expect(ANY_NAME).toMatch(/^any-[0-9a-f]{32}$/);
});
