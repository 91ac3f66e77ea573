import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { StoredLogReads } from '../../../src/audit/log/stored-log-reads.js';
import { StoredLogCheck } from '../../../src/audit/log/stored-log-check.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { callContext } from '../../unit/audit/audit-builders.js';
import { type AuditFixture, auditOver } from './audit-fixture.js';
import { append, temporaryKey, treeOver, type TreeFixture, tamper } from './log-fixture.js';
import { rowMac } from '../../unit/encryption/row-integrity.builder.js';

const SIZE = 600;

describe.each(dialects)('the log that is stored in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;
  let tree: TreeFixture;
  let key: ReturnType<typeof temporaryKey>;
  const alarms: string[] = [];
  const bytes = (hex: string) => (dialect === 'sqlite' ? `x'${hex}'` : `'\\x${hex}'::bytea`);

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    audit = auditOver(await place.open());
    key = temporaryKey();
    tree = treeOver(audit.database, key.keyFile);
    await append(audit, SIZE);
    await tree.integrator.publish();
    alarms.length = 0;
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
    key.remove();
  });

  const checkOf = (damage: string[] = []) =>
    new StoredLogCheck({
      store: tree.store,
      reads: new StoredLogReads(audit.database),
      mac: rowMac(),
      onDamage: (sentence) => void damage.push(sentence),
      onAlarm: (message) => void alarms.push(message),
      everyMs: 1,
    });
  /** As whoever owns the database changes it: the guards of the tables are no hindrance. */
  const change = (statement: string) => tamper(place, dialect, statement);

  it('is as it was signed while nobody has touched it', async () => {
    await expect(checkOf().pass()).resolves.toBeUndefined();
    expect(alarms).toEqual([]);
  });

  const hash = '11'.repeat(32);
  it.each([
    ['an event', `UPDATE audit_entries SET event = ${bytes('7b7d')} WHERE leaf_index = 5`],
    ['its leaf hash', `UPDATE audit_entries SET leaf_hash = ${bytes(hash)} WHERE leaf_index = 5`],
    ['who saw it', `UPDATE audit_entries SET source = 'cluster' WHERE leaf_index = 5`],
    ['its stage', `UPDATE audit_entries SET stage = 'intent' WHERE leaf_index = 5`],
  ])('is found to be changed, whether anybody reads it or not: %s', async (_, statement) => {
    await change(statement);
    await expect(checkOf().pass()).rejects.toThrow(/^entry 5 of the audit log was changed \(/);
  });

  it('is found to be changed where two entries have changed places', async () => {
    const other = (column: string) => `${column} = (SELECT other.${column}
      FROM audit_entries AS other WHERE other.leaf_index = 11 - audit_entries.leaf_index)`;
    await change(`UPDATE audit_entries SET ${other('event')}, ${other('leaf_hash')}
      WHERE leaf_index IN (5, 6)`);
    await expect(checkOf().pass()).rejects.toThrow('entry 5 of the audit log was changed');
  });

  it('is found to lack an entry', async () => {
    await change('DELETE FROM audit_entries WHERE leaf_index = 300');
    await expect(checkOf().pass()).rejects.toThrow('entry 300 of the audit log is missing');
  });

  it('is found to have another tile, or none', async () => {
    await change(`UPDATE audit_tiles SET hashes = ${bytes(hash.repeat(256))}
      WHERE level = 0 AND tile_index = 1`);
    await expect(checkOf().pass()).rejects.toThrow('of the audit log was changed');
    await change('DELETE FROM audit_tiles WHERE level = 0 AND tile_index = 1');
    await expect(checkOf().pass()).rejects.toThrow('tile 0/1 of the audit log was changed');
  });

  it('is checked again and again, and what is found is told', async () => {
    const damage: string[] = [];
    const check = checkOf(damage);
    check.start();
    await change(`UPDATE audit_entries SET event = ${bytes('7b7d')} WHERE leaf_index = 0`);
    await expect.poll(() => damage[0], { timeout: 20_000 }).toMatch(/^entry 0 /);
    await check.stop();
  });

  it('tells where searches are misled, which the event itself is not', async () => {
    await change(`UPDATE audit_entries SET stage = 'joined', call_index = 4 WHERE leaf_index = 5`);
    await expect(checkOf().pass()).resolves.toBeUndefined();
    expect(alarms).toEqual([expect.stringContaining('entry 5 has another stage, call or source')]);
  });

  it('tells where a column beside an event is another one', async () => {
    // In SQLite the columns of searches are in a file of their own, made anew from the log.
    const [column, value] = dialect === 'sqlite' ? ['time_ms', '1'] : ['"user"', `'somebody'`];
    await change(`UPDATE audit_entries SET ${column} = ${value} WHERE leaf_index = 5`);
    await expect(checkOf().pass()).resolves.toBeUndefined();
    expect(alarms).toEqual([
      expect.stringContaining(`entry 5 has another ${column.replaceAll('"', '')}`),
    ]);
  });

  it('has the names of its events beside them in PostgreSQL, and tells where one is gone', async () => {
    const isBeside = dialect === 'postgres';
    await change(
      isBeside ? "DELETE FROM audit_names WHERE kind = 'group' AND leaf_index = 5" : 'SELECT 1',
    );
    await expect(checkOf().pass()).resolves.toBeUndefined();
    expect(alarms).toEqual(isBeside ? [expect.stringContaining('has another list of names')] : []);
  });

  it('has writes whose outcome stands behind their intent', async () => {
    const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;
    for (let write = 0; write < 3; write += 1) {
      await audit.calls.write(callContext(), facts, () => Promise.resolve({}));
    }
    await tree.integrator.publish();
    await expect(checkOf().pass()).resolves.toBeUndefined();
    expect(alarms).toEqual([]);
  });
});
