import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { leafHash } from '../../../src/audit/domain/leaf-hash.js';
import { limits } from '../../../src/core/limits.js';
import { type AuditFixture, entry, openAudit, temporaryDir } from './audit-fixture.js';

describe('the audit writer', () => {
  let folder: ReturnType<typeof temporaryDir>;
  let audit: AuditFixture;

  beforeEach(async () => {
    folder = temporaryDir();
    audit = await openAudit(folder.path);
  });

  afterEach(async () => {
    await audit.close();
    folder.remove();
  });

  it('gives 5,000 concurrent appends contiguous indexes, each once, in few commits', async () => {
    const indexes: number[] = [];
    const client = async () => {
      for (let i = 0; i < 10; i += 1) indexes.push(await audit.writer.append(entry()));
    };
    await Promise.all(Array.from({ length: 500 }, client));

    expect(indexes.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 5_000 }, (_, i) => i));
    expect(await audit.reader.size()).toBe(5_000);
    expect(audit.commits.length).toBeLessThan(500);
    expect(Math.max(...audit.commits)).toBeLessThanOrEqual(limits.auditBatchEventsMax);
  });

  it('stores the bytes verbatim, with their RFC 6962 leaf hash', async () => {
    const wanted = entry({ ctx: { changeReason: 'née\n\u2028"' } });
    await audit.writer.append(wanted);
    const database = new DatabaseSync(audit.database.path, { readOnly: true });
    const row = database.prepare('SELECT event, leaf_hash FROM audit_entries').get();
    database.close();

    const stored = row?.['event'] as Uint8Array;
    expect(new TextDecoder().decode(stored)).toBe(wanted.json);
    expect(row?.['leaf_hash']).toEqual(new Uint8Array(leafHash(stored)));
  });

  it('keeps what is there: rows can be neither changed nor deleted', async () => {
    await audit.writer.append(entry());
    const database = new DatabaseSync(audit.database.path);
    expect(() => database.exec("UPDATE audit_entries SET event = x'00'")).toThrow(/never changed/);
    expect(() => database.exec('DELETE FROM audit_entries')).toThrow(/never deleted/);
    database.close();
  });

  it('refuses at once what exceeds the queue, and loses nothing that it took', async () => {
    const fates = await Promise.allSettled(
      Array.from({ length: limits.auditQueueEventsMax + 50 }, () => audit.writer.append(entry())),
    );
    expect(fates.filter((fate) => fate.status === 'rejected')).toHaveLength(50);
    expect(await audit.reader.size()).toBe(limits.auditQueueEventsMax);
  });

  it('writes on closing what it has taken, and takes no more afterwards', async () => {
    const taken = Array.from({ length: 600 }, () => audit.writer.append(entry()));
    await audit.writer.close();
    await Promise.all(taken);
    expect(await audit.reader.size()).toBe(600);
    await expect(audit.writer.append(entry())).rejects.toThrow('closed');
  });
});
