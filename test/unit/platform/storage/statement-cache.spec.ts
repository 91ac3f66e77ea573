import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { limits } from '../../../../src/core/limits.js';
import { StatementCache } from '../../../../src/platform/storage/statement-cache.js';

describe('prepared statements of a connection', () => {
  let database: DatabaseSync;
  let statements: StatementCache;
  let prepares: { readonly mock: { readonly calls: readonly unknown[] } };

  beforeEach(() => {
    database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, name)');
    prepares = vi.spyOn(database, 'prepare');
    statements = new StatementCache(database);
  });
  afterEach(() => database.close());

  const add = (name: unknown): void => {
    statements.prepare('insert into things (name) values (?)').run([name]);
  };
  const names = () => statements.prepare('select name from things order by id').all([]);

  it('are prepared once, and give each time what there is then', () => {
    add('one');
    expect(names()).toEqual([{ name: 'one' }]);
    add('two');
    expect(names()).toEqual([{ name: 'one' }, { name: 'two' }]);
    expect(prepares.mock.calls).toHaveLength(2);
  });

  it('see what has become of the tables meanwhile', () => {
    const all = () => statements.prepare('select * from things').all([]);
    add('one');
    expect(all()).toEqual([{ id: 1, name: 'one' }]);
    database.exec('ALTER TABLE things ADD COLUMN size');
    expect(all()).toEqual([{ id: 1, name: 'one', size: null }]);
  });

  it('hold no lock once they were run', () => {
    add('one');
    names();
    database.exec('DROP TABLE things');
    expect(() => names()).toThrow('no such table');
  });

  it('run a setting each time, whatever it was before', () => {
    const set = (level: string) => statements.prepare(`PRAGMA synchronous = ${level}`).run([]);
    const levels = ['NORMAL', 'FULL', 'NORMAL', 'FULL'].map((level) => {
      set(level);
      return statements.prepare('PRAGMA synchronous').all([]);
    });
    expect(levels.map(([row]) => row)).toEqual(
      [1, 2, 1, 2].map((synchronous) => ({ synchronous })),
    );
  });

  it('may be used while another reading of the same one is not over', () => {
    for (const name of ['one', 'two']) add(name);
    const read = () => statements.prepare('select name from things order by id').iterate([]);
    names();
    const first = read();
    expect(first.next().value).toEqual({ name: 'one' });
    expect(names()).toHaveLength(2);
    expect([...read()]).toHaveLength(2);
    expect(first.next().value).toEqual({ name: 'two' });
  });

  it('are so many at most, and those that were used last', () => {
    names();
    for (let at = 0; at < limits.sqliteStatementsMax - 1; at += 1) {
      statements.prepare(`select ${at} from things`).all([]);
    }
    names();
    const before = prepares.mock.calls.length;
    names();
    expect(prepares.mock.calls).toHaveLength(before);
    statements.prepare('select -1 from things').all([]);
    statements.prepare('select 0 from things').all([]);
    expect(prepares.mock.calls).toHaveLength(before + 2);
  });

  it('keep nothing large that was bound to them', () => {
    for (const size of [limits.sqliteStatementBoundBytesMax + 1, 1]) add(new Uint8Array(size));
    expect(prepares.mock.calls).toHaveLength(2);
    add('one');
    expect(prepares.mock.calls).toHaveLength(2);
  });
});
