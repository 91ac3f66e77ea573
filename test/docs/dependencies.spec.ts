import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

const projectDir = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(projectDir, 'docs/decisions/20261125-dependencies.md'), 'utf8');

it('gives a reason for every package that runs in production, and for no other', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(projectDir, 'package.json'), 'utf8'));
  const { dependencies } = manifest as { dependencies: Record<string, string> };
  const explained = [...page.matchAll(/^\| `([^`]+)` \| \S/gm)].map(([, name]) => name);
  expect(new Set(explained)).toEqual(new Set(Object.keys(dependencies)));
  expect(explained).toHaveLength(Object.keys(dependencies).length);
});
