import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { errorTable } from '../../src/core/errors/error-table.js';

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

/** Guarantee: `type` of a problem leads to a heading of that name, with its statuses. */
it('describes every error code of the table, with its statuses, and no other', () => {
  const described = [...page.matchAll(/^## ([A-Za-z]+)\n\n`([\d, ]+)`/gm)].map(
    ([, code, statuses]) => [code, statuses?.split(', ').map(Number)],
  );
  const known = Object.entries(errorTable).map(([code, { statuses }]) => [code, [...statuses]]);
  expect(Object.fromEntries(described)).toEqual(Object.fromEntries(known));
  expect(page.match(/^## /gm)).toHaveLength(known.length);
});

it('gives each of them a cause and a remedy', () => {
  const sections = page.split(/^## /m).slice(1);
  for (const section of sections) {
    expect(section).toMatch(/^\*\*Cause\.\*\* \S/m);
    expect(section).toMatch(/^\*\*Remedy\.\*\* \S/m);
  }
});
