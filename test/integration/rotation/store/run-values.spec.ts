import { describe, expect, it } from 'vitest';
import { rotationLimits } from '../../../../src/core/rotation-limits.js';
import { IntegrityError } from '../../../../src/encryption/domain/integrity-error.js';
import { rewrapRuns } from '../../../../src/rotation/store/rewrap-runs.js';
import { runPayloadOf } from '../../../../src/rotation/store/domain/run-payload.js';
import { SealedRuns, type SealedRun } from '../../../../src/rotation/store/sealed-runs.js';
import { dialects } from '../../../postgres/test-storage.js';
import { newRun } from '../../../unit/rotation/store/run.builder.js';
import {
  claimNew,
  CLUSTER,
  notes,
  passwordOf,
  record,
  rotationFixture,
  valuesOf,
} from './rotation-fixture.js';

const secret = newRun();

describe.each(dialects)('the values of runs in %s', (dialect) => {
  const at = rotationFixture(dialect);

  /** A run with values that ends in a step; returns it. */
  async function ended(id: string, state: 'succeeded' | 'failed', wish: { step?: 'create' } = {}) {
    const run = await claimNew(at.store, { id, startedMs: id.charCodeAt(0) });
    const step = wish.step ?? 'set';
    await at.store.advance(run, { step }, record(), valuesOf(`of ${id}`));
    await at.store.advance({ ...run, step }, { state }, record());
    return run;
  }

  const sealedOf = (id: string) =>
    at.place.run(`SELECT key_id FROM rotation_values WHERE run_id = '${id}'`);
  const kept = async () => (await at.store.keptValues(secret)).map(passwordOf);

  it.each([record(), undefined])('come with the change that seals them: %#', async (event) => {
    const run = await claimNew(at.store);
    expect(await at.store.values(run)).toBeUndefined();
    expect(await at.store.advance(run, { step: 'set' }, event, valuesOf('r00t123'))).toBe(true);
    const values = await at.store.values(run);
    expect(passwordOf(values)).toBe('r00t123');
    expect(values?.former.get('password')?.revealText()).toBe('former');
    expect(values?.body).toEqual({ suspend: false });
    await at.store.advance(run, {}, event, valuesOf('another'));
    expect(passwordOf(await at.store.values(run))).toBe('another');
    expect(await sealedOf(run.id)).toHaveLength(1);
  });

  it.each([record({ note: 'stale' }), undefined])(
    'do not come where the lease was lost: %#',
    async (event) => {
      const run = await claimNew(at.store);
      const stale = { ...run, epoch: run.epoch - 1 };
      expect(await at.store.advance(stale, {}, event, valuesOf('r00t123'))).toBe(false);
      expect(await at.store.values(run)).toBeUndefined();
      expect(await notes(at)).toEqual({ begun: 1 });
    },
  );

  it('lie nowhere in the database as they are', async () => {
    const run = await claimNew(at.store);
    await at.store.advance(run, {}, record(), valuesOf('hunter2-hunter2'));
    const [row] = await at.place.run('SELECT ciphertext, wrapped_key FROM rotation_values');
    for (const column of Object.values(row ?? {})) {
      const bytes = Buffer.from(column as Uint8Array);
      for (const form of ['hunter2', Buffer.from('hunter2-hunter2').toString('base64')]) {
        expect(bytes.includes(form)).toBe(false);
      }
    }
  });

  it('open for their own run alone', async () => {
    const one = await claimNew(at.store, { id: 'one', name: 'one' });
    const two = await claimNew(at.store, { id: 'two', name: 'two' });
    await at.store.advance(one, {}, record(), valuesOf('1'));
    await at.store.advance(two, {}, record(), valuesOf('2'));
    const columns = ['key_id', 'wrapped_key', 'ciphertext'];
    const moved = columns.map(
      (name) => `${name} =
      (SELECT ${name} FROM rotation_values WHERE run_id = 'one')`,
    );
    await at.place.run(`UPDATE rotation_values SET ${moved.join(', ')} WHERE run_id = 'two'`);
    expect(passwordOf(await at.store.values(one))).toBe('1');
    await expect(at.store.values(two)).rejects.toThrow(IntegrityError);
    await expect(at.store.values({ ...one, namespaceUid: 'x' })).rejects.toThrow(IntegrityError);
  });

  it('open as no version of the Secret, nor does a version open as they do', async () => {
    const run = await claimNew(at.store);
    const { namespace, namespaceUid, name } = run;
    const place = { cluster: CLUSTER, namespace, namespaceUid, name };
    const version = { ...place, secretUid: 'secret-uid', version: 0 };
    const sealed = at.keys.seal(runPayloadOf(valuesOf('forged')), version);
    await at.store.advance(run, {}, record(), valuesOf('own'));
    await at.audit.database.query((db) =>
      db
        .updateTable('rotation_values')
        .set({ wrapped_key: sealed.wrappedKey, ciphertext: sealed.ciphertext })
        .execute(),
    );
    await expect(at.store.values(run)).rejects.toThrow(IntegrityError);
  });

  it('of a run that failed stay until another one has succeeded', async () => {
    await ended('a', 'failed');
    expect(passwordOf(await at.store.lastValues(secret))).toBe('of a');
    await ended('b', 'failed');
    const early = await ended('c', 'failed', { step: 'create' });
    expect(await sealedOf(early.id)).toEqual([]);
    expect(await kept()).toEqual(['of b', 'of a']);
    expect(passwordOf(await at.store.lastValues(secret))).toBe('of b');
    const running = await claimNew(at.store, { id: 'd' });
    await at.store.advance(running, {}, record(), valuesOf('running'));
    expect(await kept()).toEqual(['of b', 'of a']);
    await at.store.advance(running, { step: 'retire', state: 'succeeded' }, record());
    expect(await kept()).toEqual(['running']);
    const elsewhere = { ...secret, name: 'other' };
    expect(await at.store.lastValues(elsewhere)).toBeUndefined();
  });

  it('that are damaged keep no other run from what it knows', async () => {
    await ended('a', 'failed');
    await ended('b', 'failed');
    await at.place.run("UPDATE rotation_values SET ciphertext = wrapped_key WHERE run_id = 'b'");
    expect(await kept()).toEqual(['of a']);
  });

  it('of many that failed stay of the newest, whatever is pruned', async () => {
    const count = rotationLimits.runsWithValuesMax + 2;
    const ids = Array.from({ length: count }, (_, index) => `run-${index + 10}`);
    for (const id of ids) await ended(id, 'failed');
    const newest = ids.slice(2).toReversed();
    expect(await kept()).toEqual(newest.map((id) => `of ${id}`));
    await at.store.prune(secret, 1);
    const listed = (await at.store.list(secret, { limit: 100 })).map(({ id }) => id);
    expect(listed).toEqual(newest);
    await at.store.prune(secret, 0);
    expect(await at.store.list(secret, { limit: 100 })).toEqual([]);
    expect(await kept()).toEqual([]);
  });

  it('move to another key, and are known to be under it', async () => {
    await ended('a', 'failed');
    await ended('b', 'failed');
    const runs = new SealedRuns(at.audit.database);
    const former = at.keys.activeKeyId;
    const active = await at.keys.rotate();
    expect(await runs.keyUse()).toEqual(new Map([[former, 2]]));
    await at.place.run("UPDATE rotation_values SET wrapped_key = ciphertext WHERE run_id = 'a'");
    const recorded: number[] = [];
    const damaged: SealedRun[] = [];
    const rewrap = () =>
      rewrapRuns({
        ...{ ring: at.keys, runs, onDamaged: (run) => void damaged.push(run) },
        record: (count) => Promise.resolve(void recorded.push(count)),
      });
    expect(await rewrap()).toEqual({ rewrapped: 1, damaged: 1 });
    expect(damaged.map(({ id }) => id)).toEqual(['a']);
    expect(recorded).toEqual([1]);
    expect(await runs.keyUse()).toEqual(
      new Map([
        [former, 1],
        [active, 1],
      ]),
    );
    expect(passwordOf(await at.store.lastValues(secret))).toBe('of b');
    expect(await rewrap()).toEqual({ rewrapped: 0, damaged: 1 });
    expect(recorded).toEqual([1]);
  });
});
