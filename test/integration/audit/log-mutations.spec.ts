import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { Kysely } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExport } from '../../../src/audit/log/check-export.js';
import { LogCheck } from '../../../src/audit/log/domain/log-check.js';
import type { LogFault } from '../../../src/audit/log/domain/log-fault.js';
import { LogStore, type StoredCheckpoint } from '../../../src/audit/log/log-store.js';
import { TileReader } from '../../../src/audit/log/tile-reader.js';
import { tlogExport } from '../../../src/audit/log/tlog-export.js';
import { nodeSqliteDialect } from '../../../src/platform/storage/node-sqlite.js';
import { databasePath, openDatabase } from '../../../src/platform/storage/open-database.js';
import type { Schema } from '../../../src/platform/storage/schema.js';
import { scaled } from '../../support/scale.js';
import { openAudit, temporaryDir } from './audit-fixture.js';
import { append, temporaryKey, treeOver } from './log-fixture.js';

const SIZE = 600;
const STEP = 50;
const MUTATIONS = scaled(10_000);
const SEED = 20_261_125;

/** What was changed, and the first entry that it concerns. */
interface Mutation {
  readonly what: string;
  readonly index: number;
}

/** mulberry32: the same numbers each time, from 0 up to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = randomFrom(SEED);
const upTo = (count: number) => Math.floor(random() * count);

function flipBit(bytes: Uint8Array): Buffer {
  const copy = Buffer.from(bytes);
  const at = upTo(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << upTo(8));
  return copy;
}

/** The first bad entry lies where the verdict says, as exactly as what is stored can tell. */
function expectFound({ what, index }: Mutation, fault: LogFault | undefined): void {
  const told = `${what} at ${index}: ${JSON.stringify(fault)}`;
  expect(fault, told).toBeDefined();
  const { from = SIZE, to = -1 } = fault ?? {};
  expect(from <= index && index <= to, told).toBe(true);
  // Between two checkpoints at the most, or in the tile that is not there.
  expect(to - from, told).toBeLessThan(256);
}

describe('a log of 600 entries', () => {
  const folder = temporaryDir();
  const key = temporaryKey();
  const { verifiers } = key.keyFile.keys();
  let database: DatabaseSync;
  let kysely: Kysely<Schema>;
  let older: StoredCheckpoint;
  let newest: StoredCheckpoint;
  let good: Buffer;

  beforeAll(async () => {
    const audit = await openAudit(folder.path);
    const tree = treeOver(audit.database, key.keyFile);
    for (let size = 0; size < SIZE; size += STEP) {
      await append(audit, STEP);
      newest = await tree.integrator.publish();
      if (size === 400) older = newest;
    }
    await audit.close();
    database = openDatabase(databasePath(folder.path));
    const guards = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all();
    for (const { name } of guards) database.exec(`DROP TRIGGER ${String(name)}`);
    database.exec('PRAGMA ignore_check_constraints = ON');
    kysely = new Kysely<Schema>({ dialect: nodeSqliteDialect(database) });
    good = await buffer(Readable.from(exported()));
  });

  afterAll(() => {
    database.close();
    folder.remove();
    key.remove();
  });

  function exported(): AsyncIterable<Buffer> {
    const store = new LogStore({ dialect: 'sqlite', query: (run) => run(kysely) });
    const checkpoint = run('SELECT * FROM audit_checkpoints ORDER BY size DESC LIMIT 1')[0];
    const { size, note } = checkpoint as unknown as StoredCheckpoint;
    const tiles = new TileReader(store);
    return tlogExport({ store, tiles, verifiers, checkpoint: { ...newest, size, note } });
  }

  function run(sql: string, ...values: SQLInputValue[]) {
    return database.prepare(sql).all(...values);
  }

  /** The verdict, by who has kept the newest checkpoint elsewhere. */
  function verdictOf(pieces: AsyncIterable<Uint8Array>): Promise<LogFault | undefined> {
    const check = new LogCheck({ trusted: verifiers, kept: [newest] });
    return checkExport(pieces, check);
  }

  const row = (index: number) => {
    const [found] = run('SELECT event, leaf_hash FROM audit_entries WHERE leaf_index = ?', index);
    return found as unknown as { readonly event: Uint8Array; readonly leaf_hash: Uint8Array };
  };
  const change = (index: number, column: 'event' | 'leaf_hash', bytes: Uint8Array) =>
    run(`UPDATE audit_entries SET ${column} = ? WHERE leaf_index = ?`, bytes, index);

  const mutations: Readonly<Record<string, () => number>> = {
    'a bit of an event': () => {
      const index = upTo(SIZE);
      change(index, 'event', flipBit(row(index).event));
      return index;
    },
    'a bit of a leaf hash': () => {
      const index = upTo(SIZE);
      change(index, 'leaf_hash', flipBit(row(index).leaf_hash));
      return index;
    },
    'an event, and its hash to fit': () => {
      const index = upTo(SIZE);
      const [event, other] = [row(index), row((index + 1) % SIZE)];
      change(index, 'event', other.event);
      change(index, 'leaf_hash', other.leaf_hash);
      return event.event === other.event ? SIZE : index;
    },
    'a bit of a tile': () => {
      const tile = upTo(2);
      const [found] = run(
        'SELECT hashes FROM audit_tiles WHERE level = 0 AND tile_index = ?',
        tile,
      );
      const before = found?.['hashes'] as Uint8Array;
      const after = flipBit(before);
      run('UPDATE audit_tiles SET hashes = ? WHERE level = 0 AND tile_index = ?', after, tile);
      const byte = after.findIndex((value, at) => value !== before[at]);
      return tile * 256 + Math.floor(byte / 32);
    },
    'a character of a checkpoint': () => {
      const size = STEP * (1 + upTo(SIZE / STEP));
      const [found] = run('SELECT note FROM audit_checkpoints WHERE size = ?', size);
      const note = String(found?.['note']);
      const at = upTo(note.length - 1);
      const other = note[at] === 'x' ? 'y' : 'x';
      const changed = `${note.slice(0, at)}${other}${note.slice(at + 1)}`;
      run('UPDATE audit_checkpoints SET note = ? WHERE size = ?', changed, size);
      // The newest stands in front of all entries as well.
      return size === SIZE ? -1 : size - 1;
    },
    'a deletion': () => {
      const index = upTo(SIZE);
      run('DELETE FROM audit_entries WHERE leaf_index = ?', index);
      return index;
    },
    'a deleted tile': () => {
      const tile = upTo(2);
      run('DELETE FROM audit_tiles WHERE tile_index = ?', tile);
      return tile * 256;
    },
    'a swap': () => {
      const [one, other] = [upTo(SIZE - 1), SIZE - 1].toSorted((a, b) => a - b) as [number, number];
      const place = upTo(2) === 0 ? other : one + 1;
      run('UPDATE audit_entries SET leaf_index = -1 WHERE leaf_index = ?', one);
      run('UPDATE audit_entries SET leaf_index = ? WHERE leaf_index = ?', one, place);
      run('UPDATE audit_entries SET leaf_index = ? WHERE leaf_index = -1', place);
      return one;
    },
    'a new number': () => {
      const index = upTo(SIZE);
      run('UPDATE audit_entries SET leaf_index = ? WHERE leaf_index = ?', SIZE + index, index);
      return index;
    },
    'a gap that was closed': () => {
      const index = upTo(SIZE - 1);
      run('DELETE FROM audit_entries WHERE leaf_index = ?', index);
      for (let at = index + 1; at < SIZE; at += 1) {
        run('UPDATE audit_entries SET leaf_index = ? WHERE leaf_index = ?', at - 1, at);
      }
      return index;
    },
    'a cut tail': () => {
      const index = upTo(SIZE);
      run('DELETE FROM audit_entries WHERE leaf_index >= ?', index);
      return index;
    },
    'an older copy': () => {
      run('DELETE FROM audit_entries WHERE leaf_index >= ?', older.size);
      run('DELETE FROM audit_checkpoints WHERE size > ?', older.size);
      run('UPDATE audit_head SET size = ?', older.size);
      return older.size;
    },
  };

  it('is found good as it is', async () => {
    expect(await verdictOf(exported())).toBeUndefined();
  });

  it(`is found bad after any of ${MUTATIONS} changes of its database, at the right place`, async () => {
    const kinds = Object.entries(mutations);
    for (let round = 0; round < MUTATIONS; round += 1) {
      const [what, mutate] = kinds[round % kinds.length] ?? ['', () => 0];
      database.exec('BEGIN');
      const index = mutate();
      const fault = await verdictOf(exported());
      database.exec('ROLLBACK');
      // What was changed stands at no entry.
      if (index < 0) expect(fault).toBeDefined();
      else expectFound({ what, index }, fault);
    }
  }, 1_800_000);

  it(`is found bad after any of ${MUTATIONS} changes of its export`, async () => {
    const lines = good.toString('latin1').split(/(?<=\n)/);
    const begin = lines.indexOf('\n') + 1;
    const isEntry = (line: string | undefined) => line?.startsWith('{') === true;
    const entriesAt: number[] = [];
    lines.forEach((_line, at) =>
      entriesAt.push((entriesAt[at - 1] ?? 0) + (isEntry(lines[at - 1]) ? 1 : 0)),
    );
    const someEntry = () => {
      for (;;) {
        const at = begin + upTo(lines.length - begin);
        if (isEntry(lines[at])) return at;
      }
    };
    const changes: Readonly<Record<string, () => [number, string[]]>> = {
      'a bit': () => {
        const at = upTo(lines.length);
        return [
          at,
          lines.with(at, flipBit(Buffer.from(lines[at] ?? '', 'latin1')).toString('latin1')),
        ];
      },
      'a deletion': () => {
        const at = someEntry();
        return [at, lines.toSpliced(at, 1)];
      },
      'a swap': () => {
        const [one = 0, other = 0] = [someEntry(), someEntry()].toSorted((a, b) => a - b);
        const swapped = lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
        return one === other ? [one, lines.toSpliced(one, 1)] : [one, swapped];
      },
      'a repetition': () => {
        const at = someEntry();
        return [at, lines.toSpliced(at, 0, lines[at] ?? '')];
      },
      'a cut': () => {
        const at = upTo(lines.length);
        return [at, lines.slice(0, at)];
      },
    };
    const kinds = Object.entries(changes);
    for (let round = 0; round < MUTATIONS; round += 1) {
      const [what, mutate] = kinds[round % kinds.length] ?? ['', () => [0, lines]];
      const [at, changed] = mutate();
      const bytes = Buffer.from(changed.join(''), 'latin1');
      const fault = await verdictOf(Readable.from([bytes]));
      const told = `${what} in line ${at}: ${JSON.stringify(fault)}`;
      expect(fault, told).toBeDefined();
      // What stands in front of the entries is about all of them.
      if (at < begin) continue;
      const index = entriesAt[at] ?? 0;
      expect(fault?.from, told).toBeLessThanOrEqual(what === 'a repetition' ? index + 1 : index);
      expect(fault?.to, told).toBeGreaterThanOrEqual(Math.floor(index / STEP) * STEP - 256);
    }
  }, 1_800_000);
});
