import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryPlace } from '../../../../src/audit/domain/entry-place.js';
import { resolveIntents } from '../../../../src/audit/resolve-intents.js';
import { SystemClock } from '../../../../src/core/clock.js';
import { limits } from '../../../../src/core/limits.js';
import { IdempotencyService } from '../../../../src/platform/idempotency/idempotency.service.js';
import { IdempotencyStore } from '../../../../src/platform/idempotency/idempotency.store.js';
import { FingerprintKey } from '../../../../src/platform/idempotency/fingerprint-key.js';
import { PostgresDatabase } from '../../../../src/platform/storage/postgres/postgres-database.js';
import { ActingRights } from '../../../../src/tokens/acting-rights.js';
import { formatToken } from '../../../../src/tokens/domain/token-text.js';
import { TokenUses } from '../../../../src/tokens/token-uses.js';
import { hashOf, TokenVerification } from '../../../../src/tokens/token-verification.js';
import { TokensStore } from '../../../../src/tokens/tokens.store.js';
import { PostgresServer } from '../../../postgres/postgres-server.js';
import { scaled } from '../../../support/scale.js';
import { callContext } from '../../../unit/audit/audit-builders.js';
import { tokenRecord } from '../../../unit/tokens/domain/token.builder.js';
import { type AuditFixture, auditOver, entry, leafIndexOf } from '../../audit/audit-fixture.js';
import { rowIntegrity, rowKeyOf } from '../../../unit/encryption/row-integrity.builder.js';

describe('two gateways on one PostgreSQL', () => {
  let server: PostgresServer;
  let here: AuditFixture;
  let there: AuditFixture;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.stop());

  beforeEach(async () => {
    const url = await server.createDatabase();
    here = auditOver(await PostgresDatabase.open(url));
    there = auditOver(await PostgresDatabase.open(url));
    await Promise.all([here.ready(), there.ready()]);
  });
  afterEach(() => Promise.all([here.close(), there.close()]));

  it('append to one log, each its own events, without a gap or a duplicate', async () => {
    const count = scaled(10_000);
    const append = async ({ writer }: AuditFixture, auditId: string) => {
      const places: EntryPlace[] = [];
      const client = async () => {
        for (let i = 0; i < count / 100; i += 1) {
          places.push(await writer.append(entry({ ctx: { auditId } })));
        }
      };
      await Promise.all(Array.from({ length: 100 }, client));
      const indexes: number[] = [];
      for (const place of places) indexes.push(await leafIndexOf(here, place));
      return indexes;
    };
    const [ofHere, ofThere] = await Promise.all([append(here, 'here'), append(there, 'there')]);
    const indexes = [...ofHere, ...ofThere].toSorted((a, b) => a - b);
    expect(indexes).toEqual(Array.from({ length: 2 * count }, (_, index) => index));
    const rows = await here.database.query((db) =>
      db.selectFrom('audit_entries').select(['leaf_index', 'audit_id']).execute(),
    );
    const stored = new Map(rows.map((row) => [row.leaf_index, row.audit_id]));
    expect(stored.size).toBe(2 * count);
    expect(ofHere.every((index) => stored.get(index) === 'here')).toBe(true);
    expect(ofThere.every((index) => stored.get(index) === 'there')).toBe(true);
  });

  it('leave the writes of each other alone while they may still run', async () => {
    const gate = Promise.withResolvers<void>();
    const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;
    const begun = Promise.withResolvers<void>();
    const write = here.calls.write(callContext(), facts, () => {
      begun.resolve();
      return gate.promise;
    });
    await begun.promise;
    expect(await there.reader.openIntents()).toHaveLength(1);
    expect(await there.service.openIntents()).toEqual([]);
    gate.resolve();
    await write;
  });

  it('conclude what another one left behind, once it can no longer run', async () => {
    const receivedAtMs = Date.now() - limits.writeMsMax - 1;
    await here.writer.append(entry({ stage: 'intent', receivedAtMs }));
    await here.writer.append(entry({ stage: 'intent', receivedAtMs: Date.now() }));
    const probe = () => Promise.resolve('succeeded' as const);
    const [first, second] = await Promise.all([
      resolveIntents(here.service, probe),
      resolveIntents(there.service, probe),
    ]);
    expect(first + second).toBeGreaterThan(0);
    const { items } = await there.service.list({});
    expect(items).toMatchObject([
      { id: '1', outcome: 'unknown', marks: [] },
      { id: '0', outcome: 'allowed', marks: ['resolved'] },
    ]);
  });

  it('conclude at once what they themselves left open', async () => {
    const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;
    const { writer } = here;
    const write = here.calls.write(callContext(), facts, async () => {
      await writer.close();
    });
    await expect(write).rejects.toMatchObject({ code: 'OutcomeUnknown' });
    expect(await here.service.openIntents()).toHaveLength(1);
    expect(await there.service.openIntents()).toEqual([]);
  });

  it('refuse within a second a token that was revoked at the other', async () => {
    const [mine, theirs] = [here, there].map(
      ({ database }) => new TokensStore(database, rowIntegrity()),
    );
    const id = 'A'.repeat(16);
    const text = formatToken(id, randomBytes(32));
    const secretHash = hashOf(text.split('_')[2] ?? '');
    await mine?.insert(tokenRecord({ id, secretHash, expiresAtMs: Date.now() + 60_000 }));
    const verification = verificationOver(there);
    await expect(verification.verify(text)).resolves.toMatchObject({ username: 'alice' });
    // In the middle of the time for which it is remembered there.
    await sleep(limits.ownTokenKeptMs / 2);
    await expect(verification.verify(text)).resolves.toMatchObject({ username: 'alice' });
    const revokedAtMs = performance.now();
    await mine?.remove(id);
    await expect
      .poll(() => verification.verify(text), { interval: 10, timeout: 2_000 })
      .toEqual({ refusal: 'there is no such token' });
    expect(performance.now() - revokedAtMs).toBeLessThan(1_000);
    expect(await theirs?.find(id)).toBeUndefined();
  });

  it('leave no token alive whose parent is revoked while it is made', async () => {
    const [mine, theirs] = [here, there].map(
      ({ database }) => new TokensStore(database, rowIntegrity()),
    );
    for (let round = 0; round < scaled(200); round += 1) {
      await mine?.insert(tokenRecord({ id: 'parent' }));
      await Promise.all([
        mine?.remove('parent'),
        theirs?.insert(tokenRecord({ id: 'child', parentId: 'parent' })),
      ]);
      expect(await mine?.find('child')).toBeUndefined();
    }
  });

  it('run a keyed write once, and both know its answer', async () => {
    const [mine, theirs] = await Promise.all([idempotencyOver(here), idempotencyOver(there)]);
    const request = { route: 'PUT /secrets', key: 'k', fingerprintInput: 'body' };
    const gate = Promise.withResolvers<void>();
    let runs = 0;
    const effect = async () => {
      runs += 1;
      await gate.promise;
      return { status: 201, body: { name: 'db' } };
    };
    const fates = [mine, theirs].map((one) => one.run(callContext(), { ...request, effect }));
    const first = await Promise.race(fates).catch((error: unknown) => error);
    expect(first).toMatchObject({ status: 409 });
    gate.resolve();
    expect((await Promise.allSettled(fates)).map(({ status }) => status).toSorted()).toEqual([
      'fulfilled',
      'rejected',
    ]);
    for (const one of [mine, theirs]) {
      const again = one.run(callContext(), { ...request, effect });
      await expect(again).resolves.toEqual({ status: 201, body: { name: 'db' }, isReplay: true });
      const other = one.run(callContext(), { ...request, fingerprintInput: 'other', effect });
      await expect(other).rejects.toMatchObject({ status: 422 });
    }
    expect(runs).toBe(1);
  });
});

async function idempotencyOver({ database }: AuditFixture): Promise<IdempotencyService> {
  const key = new FingerprintKey(rowKeyOf());
  return new IdempotencyService(
    new IdempotencyStore(database, rowIntegrity()),
    key,
    new SystemClock(),
    'many',
  );
}

function verificationOver({ database }: AuditFixture): TokenVerification {
  const clock = new SystemClock();
  return new TokenVerification({
    store: new TokensStore(database, rowIntegrity()),
    // The token acts as nobody else, so that neither is asked.
    rights: new ActingRights({} as never, {} as never, clock),
    uses: new TokenUses(() => Promise.resolve()),
    clock,
    isRevoked: () => false,
  });
}
