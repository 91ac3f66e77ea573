import { describe, it } from 'vitest';

// Every spec file begins with this: a table of tests without a row would be a skip that no report
// shows. The rows are often computed, so no scan of the text finds it.

const IS_STRICT = Symbol('refuses empty tables');

type Table = (this: unknown, cases: unknown, ...values: unknown[]) => unknown;

interface Tables {
  each: Table;
  for: Table;
  [IS_STRICT]?: true;
}

/** What vitest makes `it.concurrent` and others of, with the tables that they get. */
interface Chainable extends Tables {
  readonly fn: Tables;
}

function strict(table: Table, name: string): Table {
  return function (this: unknown, cases, ...values) {
    const rows = Array.isArray(cases) ? cases : [cases];
    if (rows.length === 0) throw new Error(`${name} has no row, so no test: none would fail`);
    return table.call(this, cases, ...values);
  };
}

function makeStrict(tables: Tables, name: string): void {
  tables.each = strict(tables.each, `${name}.each`);
  tables.for = strict(tables.for, `${name}.for`);
}

for (const [name, chainable] of Object.entries({ it, describe })) {
  // A process runs many files, and each begins with this one.
  const known = chainable as unknown as Chainable; // its types do not name `fn`
  if (known.fn[IS_STRICT]) continue;
  known.fn[IS_STRICT] = true;
  makeStrict(known.fn, name);
  makeStrict(known, name);
}
