import { beforeEach, describe, expect, it } from 'vitest';
import { IntegrityError } from '../../../src/encryption/domain/integrity-error.js';
import type { NewVersion } from '../../../src/versions/domain/versions.store.js';
import { HistoryCheck } from '../../../src/versions/store/history-check.js';
import { VersionSeals } from '../../../src/versions/store/version-seals.js';
import { dialects } from '../../postgres/test-storage.js';
import { rowMac } from '../../unit/encryption/row-integrity.builder.js';
import { newVersion } from '../../unit/versions/domain/version.builder.js';
import { historyOf, storeFixture } from './store-fixture.js';

describe.each(dialects)('whoever writes histories in %s', (dialect) => {
  const at = storeFixture(dialect);
  const record = (...versions: NewVersion[]) => at.store.record(versions);
  const foreign = async () => {
    const check = new HistoryCheck(at.database, new VersionSeals(rowMac()));
    return (await check.next(0)).foreign.map(({ table, name }) => ({ table, name }));
  };
  let id: number;

  beforeEach(async () => {
    await record(newVersion(1), newVersion(2), newVersion(3), newVersion(4));
    ({ id } = await historyOf(at.store, newVersion(1)));
    await at.store.setAlias(id, 'good', 1);
    await at.store.setState(id, 2, { from: ['live'], to: 'deleted', nowMs: 9_000 });
  });

  const text = `'other'`;
  const bytes = dialect === 'sqlite' ? `x'00'` : `'\\x00'`;
  const facts: readonly (readonly [string, string])[] = [
    ['secret_uid', text],
    ['resource_version', text],
    ['namespace_uid', text],
    ['type', text],
    ['immutable', '1'],
    ['labels', `'{}'`],
    ['keys', `'[]'`],
    ['annotations', `'[]'`],
    ['door', `'rest'`],
    ['username', text],
    ['user_kind', text],
    ['credential_id', text],
    ['reason', text],
    ['audit_id', text],
    ['field_manager', text],
    ['on_behalf_of', text],
    ['restored_from', '3'],
    ['is_gap', '1'],
    ['created_ms', '5'],
    ['fingerprint', bytes],
    ['state', `'deleted'`],
    ['held', '1'],
    ['is_retired', '1'],
    ['ended_ms', '5'],
    ['since_ms', '5'],
    ['until_ms', '5'],
    ['mac', 'NULL'],
    ['state_mac', 'NULL'],
  ];

  it.each(facts)('changes nothing that a version says of itself: %s', async (column, value) => {
    await at.place.run(
      `UPDATE secret_versions SET ${column} = ${value} WHERE history_id = ${id} AND version = 1`,
    );
    await expect(at.store.get(id, 1)).rejects.toThrow(IntegrityError);
    await expect(at.store.compared(id, 1)).rejects.toThrow(IntegrityError);
    await expect(at.store.list(id, undefined, 9)).rejects.toThrow(IntegrityError);
    expect(await at.store.get(id, 3)).toMatchObject({ version: 3 });
    expect(await foreign()).toContainEqual({
      table: 'secret_versions',
      name: 'ns-1/db version 1',
    });
  });

  it.each([
    ['namespace', text],
    ['last_version', '9'],
    ['current_version', '1'],
    ['previous_version', '1'],
    ['pending_version', '1'],
    ['secret_uid', text],
    ['resource_version', text],
    ['deleted_ms', '5'],
    ['pruned_version', '4'],
    ['pruned_uid', text],
    ['pruned_resource_version', text],
    ['digest', bytes],
    ['mac', 'NULL'],
  ])('changes nothing that a history says of itself: %s', async (column, value) => {
    await at.place.run(`UPDATE secret_histories SET ${column} = ${value}`);
    await expect(at.store.history(newVersion(1).history)).rejects.toThrow(IntegrityError);
    await expect(at.store.alias(id, 'current')).rejects.toThrow(IntegrityError);
    expect(await foreign()).toContainEqual({ table: 'secret_histories', name: 'ns-1/db' });
  });

  it('names no version, and renames none', async () => {
    await at.place.run(`UPDATE version_aliases SET version = 3`);
    await expect(at.store.alias(id, 'good')).rejects.toThrow(IntegrityError);
    expect(await foreign()).toEqual([{ table: 'version_aliases', name: 'ns-1/db good' }]);
  });

  const whole = [{ table: 'secret_histories', name: 'ns-1/db (versions or aliases)' }];

  it('takes no version and no name away unseen', async () => {
    expect(await foreign()).toEqual([]);
    await at.place.run('DELETE FROM version_aliases');
    expect(await foreign()).toEqual(whole);
    await at.store.setAlias(id, 'good', 1);
    expect(await foreign()).toEqual(whole);
  });

  it('takes the values of no version away unseen', async () => {
    await at.place.run(`DELETE FROM version_payloads
      WHERE id = (SELECT id FROM secret_versions WHERE version = 3)`);
    expect(await foreign()).toEqual([
      { table: 'version_states', name: 'ns-1/db version 3 (its values)' },
    ]);
  });

  it('puts no former state back unseen', async () => {
    const columns = 'state, held, is_retired, ended_ms, since_ms, until_ms, state_mac';
    const rowOf = async (version: number) =>
      (await at.place.run(`SELECT ${columns} FROM secret_versions WHERE version = ${version}`))[0];
    const before = await rowOf(1);
    await at.store.setRetired(id, 1);
    expect(await at.store.get(id, 1)).toMatchObject({ isRetired: true });
    await at.place.run(`UPDATE secret_versions SET is_retired = 0,
      state_mac = '${String(before?.['state_mac'])}' WHERE version = 1`);
    expect(await at.store.get(id, 1)).toMatchObject({ isRetired: false });
    expect(await foreign()).toEqual(whole);
  });

  it('has what it changed found for ever, whatever is written after it', async () => {
    await at.place.run(`UPDATE secret_versions SET type = 'forged' WHERE version = 4`);
    await record(newVersion(5), newVersion(6));
    await at.store.attribute('ns-1-db-uid', '400', { door: 'rest', username: 'alice' });
    await at.store.setRetired(id, 4);
    await expect(at.store.get(id, 4)).rejects.toThrow(IntegrityError);
    await at.place.run(`UPDATE secret_histories SET pruned_version = 3`);
    await record(newVersion(7));
    await at.store.markDeleted(newVersion(1).history, 'ns-1-db-uid', 9_000);
    expect(await foreign()).toEqual([
      { table: 'secret_histories', name: 'ns-1/db' },
      { table: 'secret_versions', name: 'ns-1/db version 4' },
    ]);
  });

  it('is told from the gateway, whatever the gateway itself does with a history', async () => {
    const limits = { versionsMax: 4 };
    await record(newVersion(5, { limits }), newVersion(1, { name: 'other' }));
    await at.store.attribute('ns-1-db-uid', '500', { door: 'rest', username: 'alice' });
    await at.store.attributeOutside(
      { namespace: 'pay', name: 'other' },
      { fromMs: 0, toMs: 10_000 },
      { username: 'bob', auditId: 'a' },
    );
    await at.store.setAlias(id, 'pending', 3);
    await at.store.setAlias(id, 'good', 3);
    await record(newVersion(6, { limits }), newVersion(7, { limits }));
    await at.store.removeAlias(id, 'pending');
    await at.store.setState(id, 3, { from: ['live'], to: 'destroyed', nowMs: 1 });
    await at.store.moveOn(newVersion(1).history, 'ns-1-db-uid', '750');
    await at.store.markDeleted(newVersion(1).history, 'ns-1-db-uid', 9_000);
    await record(newVersion(8, { secretUid: 'again', limits }));
    await at.store.sweep({ beforeMs: 6_000, afterId: 0 });
    expect(await foreign()).toEqual([]);
    const { items } = await at.store.list(id, undefined, 99);
    expect(items.map(({ version }) => version)).toContain(8);
    await at.store.sweepGone('ns-1', 10_000_000);
    expect(await foreign()).toEqual([]);
  });
});
