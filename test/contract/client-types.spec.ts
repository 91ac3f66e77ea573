import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { clientTypes } from '../../scripts/generate-client-types.js';

it('the types of the client are those of the description', async () => {
  expect(readFileSync('packages/client/src/types.ts', 'utf8')).toBe(await clientTypes());
});
