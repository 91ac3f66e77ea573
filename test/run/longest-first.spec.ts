import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { longest } from './longest-first.js';

it.each(longest)('there is a file %s to begin with', (path) => {
  expect(existsSync(path)).toBe(true);
});
