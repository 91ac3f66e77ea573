import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { EntryPlace } from '../../../src/audit/domain/entry-place.js';
import { leafHash } from '../../../src/audit/domain/leaf-hash.js';
import { resolveIntents } from '../../../src/audit/resolve-intents.js';
import { limits } from '../../../src/core/limits.js';
import {
  dialects,
  startStorage,
  type TestDatabase,
  type TestStorage,
} from '../../postgres/test-storage.js';
import { scaled } from '../../support/scale.js';
import { storedEntries } from '../../support/stored-entries.js';
import { callContext } from '../../unit/audit/audit-builders.js';
import { type AuditFixture, auditOver, entry, leafIndexOf } from './audit-fixture.js';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe.each(dialects)('the audit log in %s', (dialect) => {
  let storage: TestStorage;
  let place: TestDatabase;
  let audit: AuditFixture;

  beforeAll(async () => {
    storage = await startStorage(dialect);
  });
  afterAll(() => storage.stop());

  beforeEach(async () => {
    place = await storage.create();
    audit = auditOver(await place.open());
    await audit.ready();
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
  });

  it('gives concurrent appends contiguous indexes, each once, in few commits', async () => {
    const count = scaled(50_000);
    const places: EntryPlace[] = [];
    const client = async () => {
      for (let i = 0; i < count / 250; i += 1) places.push(await audit.writer.append(entry()));
    };
    await Promise.all(Array.from({ length: 250 }, client));

    const indexes: number[] = [];
    for (const place of places) indexes.push(await leafIndexOf(audit, place));
    expect(indexes.toSorted((a, b) => a - b)).toEqual(upTo(count));
    expect(await audit.reader.size()).toBe(count);
    expect(audit.commits.length).toBeLessThan(count / 10);
    expect(Math.max(...audit.commits)).toBeLessThanOrEqual(limits.auditBatchEventsMax);
  });

  it('keeps the order in which one caller appends', async () => {
    const fates = upTo(1_000).map((index) =>
      audit.writer.append(entry({ ctx: { auditId: `a-${index}` } })),
    );
    await Promise.all(fates);
    const ids = (await storedEntries(audit.database)).map((row) => row.audit_id);
    expect(ids).toEqual(upTo(1_000).map((index) => `a-${index}`));
  });

  it('stores the bytes verbatim, with their RFC 6962 leaf hash', async () => {
    const wanted = entry({ ctx: { changeReason: 'née\n\u2028"\\' } });
    await audit.writer.append(wanted);
    const [row] = await storedEntries(audit.database);
    expect(new TextDecoder().decode(row?.event)).toBe(wanted.json);
    expect(new Uint8Array(row?.leaf_hash ?? [])).toEqual(
      new Uint8Array(leafHash(row?.event ?? new Uint8Array())),
    );
  });

  it('takes names that no database likes', async () => {
    const odd = { namespace: 'n\0ul', secret: `'; DROP TABLE audit_head; --{"},\\` };
    await audit.writer.append(entry({ facts: odd, ctx: { sourceIp: '\u{1f600}' } }));
    await audit.writer.append(entry({ facts: { secret: 'x'.repeat(5_000) } }));
    const [row] = await storedEntries(audit.database);
    expect(row).toMatchObject({ namespace: 'n\u{fffd}ul', secret: odd.secret });
    expect(await audit.reader.size()).toBe(2);
  });

  it('keeps what is there: rows can be neither changed nor deleted', async () => {
    await audit.writer.append(entry({ facts: { keys: ['password'] } }));
    await audit.searches.integrated();
    await expect(place.run('UPDATE audit_entries SET code = 1')).rejects.toThrow(/never changed/);
    const names = dialect === 'postgres' ? ['audit_names'] : [];
    for (const table of ['audit_entries', ...names]) {
      const changed = place.run(`UPDATE ${table} SET leaf_index = 7`);
      await expect(changed).rejects.toThrow(/never changed/);
      await expect(place.run(`DELETE FROM ${table}`)).rejects.toThrow(/from its beginning only/);
    }
    for (const change of ['size = 0', 'pruned_below = -256']) {
      const changed = place.run(`UPDATE audit_head SET ${change}`);
      await expect(changed).rejects.toThrow('never shrinks');
    }
    const beyond = place.run('UPDATE audit_head SET pruned_below = 256');
    await expect(beyond).rejects.toThrow(/check constraint/i);
    await expect(place.run('DELETE FROM audit_head')).rejects.toThrow(/has a head|never changed/);
    expect(await audit.reader.size()).toBe(1);
  });

  it('lets go of its beginning where the head says so, and goes on', async () => {
    await Promise.all(upTo(300).map(() => audit.writer.append(entry())));
    await audit.searches.integrated();
    await place.run('UPDATE audit_head SET pruned_below = 256');
    await place.run('DELETE FROM audit_entries WHERE leaf_index < 256');
    await expect(place.run('DELETE FROM audit_entries')).rejects.toThrow(/from its beginning only/);
    await audit.close();
    audit = auditOver(await place.open());
    expect(await leafIndexOf(audit, await audit.writer.append(entry()))).toBe(300);
    expect((await storedEntries(audit.database)).map((row) => row.leaf_index)).toEqual(
      upTo(45).map((index) => 256 + index),
    );
  });

  it('refuses at once what exceeds the queue, and loses nothing that it took', async () => {
    const wanted = limits.auditQueueEventsMax + 50;
    const fates = await Promise.allSettled(upTo(wanted).map(() => audit.writer.append(entry())));
    const refused = fates.flatMap((fate) =>
      fate.status === 'rejected' ? String(fate.reason) : [],
    );
    expect(refused.filter((reason) => reason.includes('queue is full'))).toHaveLength(50);
    expect(await audit.reader.size()).toBeGreaterThanOrEqual(fates.length - refused.length);
  });

  it('writes on closing what it has taken, and takes no more afterwards', async () => {
    const taken = upTo(600).map(() => audit.writer.append(entry()));
    await audit.writer.close();
    await Promise.all(taken);
    expect(await audit.reader.size()).toBe(600);
    await expect(audit.writer.append(entry())).rejects.toThrow('closed');
  });

  it('proves that it can be written without an entry', async () => {
    await audit.writer.check();
    expect(await audit.reader.size()).toBe(0);
  });

  it('refuses an outcome of nothing, and takes the next entry', async () => {
    await expect(audit.writer.append(entry({ stage: 'outcome' }))).rejects.toThrow('needs a call');
    const later = entry({ stage: 'outcome', callIndex: 5 });
    if (dialect === 'sqlite') {
      await expect(audit.writer.append(later)).rejects.toThrow(/check constraint/i);
    } else {
      // A queued entry gets its index later: without its call, the entry stands alone.
      await audit.writer.append(later);
      expect(await storedEntries(audit.database)).toMatchObject([{ stage: 'single' }]);
    }
    const next = dialect === 'sqlite' ? 0 : 1;
    expect(await leafIndexOf(audit, await audit.writer.append(entry()))).toBe(next);
  });

  it('points an outcome at its intent, which stays as it was', async () => {
    const ctx = { auditId: 'write-1' };
    await audit.writer.append(entry());
    const callIndex = await audit.writer.append(entry({ ctx, stage: 'intent' }));
    await audit.writer.append(entry({ ctx, stage: 'outcome', callIndex }));
    expect(await storedEntries(audit.database)).toMatchObject([
      { leaf_index: 0, call_index: 0, stage: 'single', source: 'gateway' },
      { leaf_index: 1, call_index: 1, stage: 'intent', outcome: 'unknown' },
      { leaf_index: 2, call_index: 1, stage: 'outcome', outcome: 'allowed' },
    ]);
    expect((await audit.service.list({})).items.map(({ id }) => id)).toEqual(['1', '0']);
  });

  it('lists a call once, also where it was concluded twice', async () => {
    const callIndex = await audit.writer.append(entry({ stage: 'intent' }));
    const outcome = { stage: 'outcome', callIndex } as const;
    const fates = upTo(3).map((index) =>
      audit.writer.append(entry({ ...outcome, result: { code: 200 + index } })),
    );
    await Promise.all(fates);
    const stages = (await storedEntries(audit.database)).map((row) => row.stage);
    expect(stages).toEqual(['intent', 'outcome', 'joined', 'joined']);
    expect((await audit.service.list({})).items).toMatchObject([{ id: '0', code: 200 }]);
  });

  it('concludes what was left open, once, however long ago', async () => {
    const intent = entry({ ctx: { auditId: 'old' }, stage: 'intent', receivedAtMs: 0 });
    await audit.writer.append(intent);
    expect((await audit.service.list({})).items).toMatchObject([{ outcome: 'unknown' }]);
    const probe = () => Promise.resolve('succeeded' as const);
    expect(await resolveIntents(audit.service, probe)).toBe(1);
    expect(await resolveIntents(audit.service, probe)).toBe(0);
    expect((await audit.service.list({})).items).toMatchObject([{ id: '0', outcome: 'allowed' }]);
  });

  it('leaves a write alone that still runs', async () => {
    const gate = Promise.withResolvers<void>();
    const facts = { action: 'secrets.update', namespace: 'pay', secret: 'db' } as const;
    const begun = Promise.withResolvers<void>();
    const write = audit.calls.write(callContext(), facts, () => {
      begun.resolve();
      return gate.promise;
    });
    await begun.promise;
    expect(await audit.service.openIntents()).toEqual([]);
    gate.resolve();
    await write;
    expect(await audit.reader.openIntents()).toEqual([]);
  });
});
