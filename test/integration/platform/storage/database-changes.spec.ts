import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../../postgres/test-storage.js';
import { Random } from '../../../conformance/scenarios/random.js';
import { scaled } from '../../../support/scale.js';
import { type ChangedDatabase, fillDatabase, type Row } from './changed-database.js';
import { reasonFor } from './harmless-changes.js';
import { type OwnedRows, ownRows } from './owned-rows.js';

/** Every look at a server takes longer than one at a file. */
const CHANGES = { sqlite: scaled(10_000, 100), postgres: scaled(4_000, 30) } as const;
const SEED = 20_261_129;

const random = new Random(SEED);

interface Change {
  readonly table: string;
  readonly kind: 'update' | 'insert' | 'delete' | 'swap' | 'replay';
  /** Of an update or a swap. */
  readonly column?: string;
  /** All rows of the table then. */
  readonly rows: readonly Row[];
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

/** Some change of one row; undefined where the rows that there are allow none of its kind. */
function changeOf(
  table: string,
  { rows, keys, before }: { rows: readonly Row[]; keys: readonly string[]; before: readonly Row[] },
): Change | undefined {
  const kind = random.pick(['update', 'update', 'insert', 'delete', 'swap', 'replay'] as const);
  const row = random.pick(rows);
  const others = rows.filter((one) => one !== row);
  switch (kind) {
    case 'delete':
      return { table, kind, rows: others };
    case 'insert': {
      const own = Object.fromEntries(keys.map((key) => [key, otherValue(row[key])]));
      return { table, kind, rows: [...rows, { ...row, ...own }] };
    }
    case 'replay': {
      const former = before.filter((one) => !rows.some((now) => same(one, now)));
      if (former.length === 0) return undefined;
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

/** Whether an event loses the word that it came late. */
function isLate({ table, rows: next }: Change, rows: readonly Row[]): boolean {
  const gone = rows.filter((row) => !next.some((one) => same(row, one)));
  return table === 'audit_names' && gone.some(({ kind }) => kind === 'late');
}

function text(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : JSON.stringify(value);
}

function same(one: Row, other: Row): boolean {
  return Object.keys(one).every((column) => text(one[column]) === text(other[column]));
}

describe.each(dialects)('a database of %s that somebody writes', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let world: ChangedDatabase;
  let owner: OwnedRows;

  beforeAll(async () => {
    storage = await startStorage(dialect);
    place = await storage.create();
    world = await fillDatabase(place);
    owner = await ownRows(world.database.location);
    await owner.liftGuards();
  }, 120_000);

  afterAll(async () => {
    await owner.close();
    await world.close();
    await place.remove();
    await storage.stop();
  });

  it('shows each change of one row that grants, hides or changes something', async () => {
    expect(await world.found()).toEqual([]);
    const unseen = new Map<string, number>();
    const names = await owner.tables();
    const changes = CHANGES[dialect];
    let done = 0;
    for (let tries = 0; done < changes && tries < 20 * changes; tries += 1) {
      const table = random.pick(names);
      const rows = await owner.rowsOf(table);
      const parts = {
        rows,
        keys: await owner.keysOf(table),
        before: world.before.get(table) ?? [],
      };
      const change = rows.length === 0 ? undefined : changeOf(table, parts);
      if (change === undefined || !(await owner.put(table, change.rows))) continue;
      done += 1;
      const what = isLate(change, rows)
        ? 'audit_names.late'
        : `${table}.${change.column ?? change.kind}`;
      const isFound = (await world.found()).length > 0;
      if (!(await owner.put(table, rows))) throw new Error(`${table} could not be put back`);
      if (!isFound && reasonFor(what) === undefined) unseen.set(what, (unseen.get(what) ?? 0) + 1);
    }
    expect(done).toBe(changes);
    expect(Object.fromEntries(unseen)).toEqual({});
  }, 3_600_000);
});
