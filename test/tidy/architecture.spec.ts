import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const page = readFileSync('ARCHITECTURE.md', 'utf8');

/** Files of a step may be named by their folder, or beside the file that was named before. */
function missing(): readonly string[] {
  const absent: string[] = [];
  let folder = '';
  for (const [, named = ''] of page.matchAll(/`((?:[\w.-]+\/)*[\w.-]+\.ts)`/g)) {
    const path = /^(src|test|packages)\//.test(named) ? named : join('src', named);
    const candidates = [path, join(folder, named), join(dirname(folder), named)];
    const found = candidates.find((candidate) => existsSync(candidate));
    if (found === undefined) absent.push(named);
    else folder = dirname(found);
  }
  return absent;
}

it('the architecture page names files that are there', () => {
  expect(page.match(/`[\w/.-]+\.ts`/g)?.length).toBeGreaterThan(40);
  expect(missing()).toEqual([]);
});

it('a cached read of one key runs through at most 30 files', () => {
  const from = page.indexOf('## A cached read of one key');
  const walk = page.slice(from, page.indexOf('These are 30 files', from));
  expect(new Set(walk.match(/`[\w/.-]+\.ts`/g)).size).toBe(30);
});
