import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startStorage, type TestDatabase } from '../../postgres/test-storage.js';
import { Random } from '../../conformance/scenarios/random.js';
import { scaled } from '../../support/scale.js';
import { type ChangedDatabase, fillDatabase, type Row } from './changed-database.js';
import { reasonFor } from './harmless-changes.js';

const CHANGES = scaled(10_000);
const SEED = 20_261_129;

let place: TestDatabase;
let world: ChangedDatabase;
let owner: DatabaseSync;

beforeAll(async () => {
  const storage = await startStorage('sqlite');
  place = await storage.create();
  world = await fillDatabase(place);
  const { location } = world.database;
  if (location.dialect !== 'sqlite') throw new Error('it is no file');
  // Whoever has the file is bound by no guard of it.
  owner = new DatabaseSync(location.path, { enableForeignKeyConstraints: false, timeout: 5_000 });
  owner.exec('PRAGMA ignore_check_constraints = ON');
  const triggers = owner
    .prepare(
      `SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql NOT LIKE '%INSTEAD OF%'`,
    )
    .all();
  for (const { name } of triggers) owner.exec(`DROP TRIGGER "${String(name)}"`);
}, 120_000);

afterAll(async () => {
  owner.close();
  await world.close();
  await place.remove();
});

const random = new Random(SEED);

interface Change {
  readonly table: string;
  readonly kind: 'update' | 'insert' | 'delete' | 'swap' | 'replay';
  /** Of an update or a swap. */
  readonly column?: string;
  /** All rows of the table then. */
  readonly rows: readonly Row[];
}

function tables(): readonly string[] {
  return owner
    .prepare(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`)
    .all()
    .map(({ name }) => String(name));
}

function keysOf(table: string): readonly string[] {
  const columns = owner.prepare(`PRAGMA table_info("${table}")`).all();
  return columns.filter(({ pk }) => Number(pk) > 0).map(({ name }) => String(name));
}

function rowsOf(table: string): readonly Row[] {
  return owner.prepare(`SELECT * FROM "${table}"`).all() as Row[];
}

function otherValue(value: unknown): unknown {
  if (typeof value === 'number') return value + (random.isOne(2) ? 1 : -1);
  if (typeof value === 'string') return value === '' ? 'x' : `${value.slice(0, -1)}~`;
  if (value instanceof Uint8Array) {
    const other = Uint8Array.from(value);
    other[0] = (other[0] ?? 0) ^ 1;
    return other.length === 0 ? Uint8Array.of(1) : other;
  }
  return random.isOne(2) ? 1 : 'other';
}

function changeOf(table: string, rows: readonly Row[]): Change | undefined {
  const kind = random.pick(['update', 'update', 'insert', 'delete', 'swap', 'replay'] as const);
  const row = random.pick(rows);
  const others = rows.filter((one) => one !== row);
  const keys = keysOf(table);
  switch (kind) {
    case 'delete':
      return { table, kind, rows: others };
    case 'insert': {
      const own = Object.fromEntries(keys.map((key) => [key, otherValue(row[key])]));
      return { table, kind, rows: [...rows, { ...row, ...own }] };
    }
    case 'replay': {
      const former = world.before.get(table)?.filter((one) => !rows.some((now) => same(one, now)));
      if (former === undefined || former.length === 0) return undefined;
      const back = random.pick(former);
      const now = rows.filter((one) => !keys.every((key) => one[key] === back[key]));
      return { table, kind, rows: [...now, back] };
    }
    default: {
      const column = random.pick(Object.keys(row));
      if (kind === 'update') {
        return {
          table,
          kind,
          column,
          rows: [...others, { ...row, [column]: otherValue(row[column]) }],
        };
      }
      if (others.length === 0) return undefined;
      const other = random.pick(others);
      if (text(row[column]) === text(other[column])) return undefined;
      const rest = others.filter((one) => one !== other);
      const swapped = [
        { ...row, [column]: other[column] },
        { ...other, [column]: row[column] },
      ];
      return { table, kind, column, rows: [...rest, ...swapped] };
    }
  }
}

function text(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value);
}

function same(one: Row, other: Row): boolean {
  return Object.keys(one).every((column) => text(one[column]) === text(other[column]));
}

/** Whether the database took it: some columns are unique, or of one type. */
function put(table: string, rows: readonly Row[]): boolean {
  owner.exec('BEGIN IMMEDIATE');
  try {
    owner.exec(`DELETE FROM "${table}"`);
    for (const row of rows) {
      const columns = Object.keys(row);
      const marks = columns.map(() => '?').join(', ');
      const names = columns.map((column) => `"${column}"`).join(', ');
      owner
        .prepare(`INSERT INTO "${table}" (${names}) VALUES (${marks})`)
        .run(...(Object.values(row) as SQLInputValue[]));
    }
    owner.exec('COMMIT');
    return true;
  } catch {
    owner.exec('ROLLBACK');
    return false;
  }
}

it('finds each change of one row that grants, hides or changes something', async () => {
  expect(await world.found()).toEqual([]);
  const unseen = new Map<string, number>();
  const names = tables();
  let done = 0;
  for (let tries = 0; done < CHANGES && tries < 20 * CHANGES; tries += 1) {
    const table = random.pick(names);
    const rows = rowsOf(table);
    const change = rows.length === 0 ? undefined : changeOf(table, rows);
    if (change === undefined || !put(table, change.rows)) continue;
    done += 1;
    const place = change.column === undefined ? change.kind : change.column;
    const what = `${table}.${place}`;
    const isFound = (await world.found()).length > 0;
    if (!put(table, rows)) throw new Error(`${table} could not be put back`);
    if (!isFound && reasonFor(what) === undefined) unseen.set(what, (unseen.get(what) ?? 0) + 1);
  }
  expect(done).toBe(CHANGES);
  expect(Object.fromEntries(unseen)).toEqual({});
}, 3_600_000);
