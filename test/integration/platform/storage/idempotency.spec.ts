import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../../../src/core/clock.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { FingerprintKey } from '../../../../src/platform/idempotency/fingerprint-key.js';
import { IdempotencyService } from '../../../../src/platform/idempotency/idempotency.service.js';
import { IdempotencyStore } from '../../../../src/platform/idempotency/idempotency.store.js';
import type { Database } from '../../../../src/platform/storage/database.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../../postgres/test-storage.js';
import { callContext, principal } from '../../../unit/audit/audit-builders.js';
import { rowIntegrity, rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

class SetClock extends Clock {
  ms = 1_000_000_000;
  override nowMs(): number {
    return this.ms;
  }
  override monotonicMs(): number {
    return this.ms;
  }
}

const created = { status: 201, body: { name: 'db' }, headers: { etag: '"u.1"' } };
const request = { route: 'POST /secrets', key: 'k-1', fingerprintInput: 'body hunter2' };
type Info = { readonly afterUnknown: boolean };

const key = new FingerprintKey(rowKeyOf());

describe.each(dialects)('a keyed write recorded in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let database: Database;
  let clock: SetClock;
  let service: IdempotencyService;
  const boot = () =>
    new IdempotencyService(new IdempotencyStore(database, rowIntegrity()), key, clock);
  const succeed = () => Promise.resolve(created);

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    database = await place.open();
    clock = new SetClock();
    service = boot();
  });
  afterEach(async () => {
    await database.close();
    await place.remove();
  });

  it('runs once, and then answers the same, also after a restart', async () => {
    const first = await service.run(callContext(), { ...request, effect: succeed });
    expect(first).toEqual({ ...created, isReplay: false });
    const never = () => Promise.reject(new Error('ran twice'));
    expect(await boot().run(callContext(), { ...request, effect: never })).toEqual({
      ...created,
      isReplay: true,
    });
  });

  it('is Conflict while the first still runs, and Invalid for another body', async () => {
    const gate = Promise.withResolvers<typeof created>();
    const first = service.run(callContext(), { ...request, effect: () => gate.promise });
    const repeated = { ...request, effect: succeed };
    await expect(service.run(callContext(), repeated)).rejects.toMatchObject({ status: 409 });
    const other = { ...repeated, fingerprintInput: 'other' };
    await expect(service.run(callContext(), other)).rejects.toMatchObject({ status: 422 });
    gate.resolve(created);
    await first;
    await expect(service.run(callContext(), other)).rejects.toMatchObject({ status: 422 });
    expect(await service.run(callContext(), repeated)).toMatchObject({ isReplay: true });
  });

  it('is apart from the same key of another credential or route', async () => {
    await service.run(callContext(), { ...request, effect: succeed });
    const bob = callContext({ principal: principal('bob') });
    const other = { ...request, fingerprintInput: 'x', effect: succeed };
    expect(await service.run(bob, other)).toMatchObject({ isReplay: false });
    const elsewhere = { ...other, route: 'PUT /secrets' };
    expect(await service.run(callContext(), elsewhere)).toMatchObject({ isReplay: false });
  });

  it('may be repeated after a failure that changed nothing', async () => {
    const conflict = new SallyportError('Conflict', 'moved on');
    const failing = { ...request, effect: () => Promise.reject(conflict) };
    await expect(service.run(callContext(), failing)).rejects.toBe(conflict);
    const effect = ({ afterUnknown }: Info) => Promise.resolve({ status: afterUnknown ? 1 : 200 });
    expect(await service.run(callContext(), { ...request, effect })).toMatchObject({ status: 200 });
  });

  it('is told when an earlier run may have taken effect, until one succeeds', async () => {
    const unknown = new SallyportError('OutcomeUnknown', 'who knows');
    const seen: boolean[] = [];
    for (const error of [unknown, new SallyportError('Timeout', 'slow')]) {
      const effect = ({ afterUnknown }: Info) => {
        seen.push(afterUnknown);
        return Promise.reject(error);
      };
      await expect(service.run(callContext(), { ...request, effect })).rejects.toBe(error);
    }
    const effect = ({ afterUnknown }: Info) => {
      seen.push(afterUnknown);
      return Promise.resolve(created);
    };
    await service.run(callContext(), { ...request, effect });
    expect(seen).toEqual([false, true, true]);
    expect(await service.run(callContext(), { ...request, effect })).toMatchObject({
      isReplay: true,
    });
  });

  it('that a crash interrupted may have taken effect', async () => {
    const begun = Promise.withResolvers<void>();
    const hanging = () => {
      begun.resolve();
      return Promise.withResolvers<typeof created>().promise;
    };
    void service.run(callContext(), { ...request, effect: hanging });
    await begun.promise;
    const effect = ({ afterUnknown }: Info) => Promise.resolve({ status: afterUnknown ? 200 : 1 });
    expect(await boot().run(callContext(), { ...request, effect })).toMatchObject({ status: 200 });
  });

  it('is forgotten after 24 hours', async () => {
    for (let i = 0; i < 250; i += 1) {
      await service.run(callContext(), { ...request, key: `k-${i}`, effect: succeed });
    }
    clock.ms += 24 * 60 * 60 * 1000 + 1;
    expect(await service.run(callContext(), { ...request, effect: succeed })).toMatchObject({
      isReplay: false,
    });
    expect(await service.purge()).toBeGreaterThan(100);
    expect(await service.purge()).toBe(0);
    expect(await new IdempotencyStore(database, rowIntegrity()).count('oidc:alice', 1_000)).toBe(1);
  });

  it('does not run where no record can be kept', async () => {
    await place.run('DROP TABLE idempotency_records');
    let ran = false;
    const effect = () => {
      ran = true;
      return succeed();
    };
    await expect(service.run(callContext(), { ...request, effect })).rejects.toMatchObject({
      code: 'Unavailable',
    });
    expect(ran).toBe(false);
  });

  it('leaves nothing of its body in the database', async () => {
    await service.run(callContext(), { ...request, effect: succeed });
    const [row] = await database.query((db) =>
      db.selectFrom('idempotency_records').selectAll().execute(),
    );
    expect(JSON.stringify(row)).not.toContain('hunter2');
    expect(row?.fingerprint).toHaveLength(32);
  });

  it('is not concluded by whoever lost its slot', async () => {
    const store = new IdempotencyStore(database, rowIntegrity());
    const slot = { credentialId: 'c', route: 'r', key: 'k' };
    const run = { fingerprint: new Uint8Array(1), state: 'running', createdMs: 1 } as const;
    const late = { ...run, bootId: 'late' };
    const second = { ...run, bootId: 'second', createdMs: 2 };
    expect(await store.take(slot, late, undefined)).toBe(true);
    expect(await store.take(slot, second, undefined)).toBe(false);
    expect(await store.take(slot, second, { ...late, createdMs: 0 })).toBe(false);
    expect(await store.take(slot, second, late)).toBe(true);
    await store.conclude(slot, { ...late, state: 'done', answer: created });
    await store.free(slot, late);
    expect(await store.find(slot)).toMatchObject({ bootId: 'second', state: 'running' });
  });
});
