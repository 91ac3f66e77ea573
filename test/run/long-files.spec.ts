import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { longFiles } from './long-files.js';

const page = readFileSync('docs/testing.md', 'utf8');

it.each(longFiles)('%s is left out for a reason that the page of test times states', (path) => {
  expect(existsSync(path)).toBe(true);
  const row = page.split('\n').find((line) => line.startsWith(`| \`${path}\` |`));
  expect(row?.split('|').filter((cell) => cell.trim() !== '')).toHaveLength(4);
});
