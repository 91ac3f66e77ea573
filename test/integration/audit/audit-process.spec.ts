import { chmodSync, chownSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resolveIntents } from '../../../src/audit/resolve-intents.js';
import { databasePath } from '../../../src/platform/storage/open-database.js';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { openAudit, temporaryDir } from './audit-fixture.js';
import { ChildAudit } from './child-audit.js';

const NOBODY = 65_534;

describe('the audit log of a process', () => {
  let folder: ReturnType<typeof temporaryDir>;
  let child: ChildAudit;

  beforeEach(() => {
    folder = temporaryDir();
  });

  afterEach(async () => {
    await child.kill();
    folder.remove();
  });

  it('holds after kill -9 all that was answered, without a gap, and starts again', async () => {
    for (let round = 0; round < 3; round += 1) {
      child = new ChildAudit(folder.path);
      expect(await child.next()).toEqual({ kind: 'open' });
      child.tell('append');
      await child.next();
      await delay(100 + round * 37);
      const answered = (await child.kill()).flatMap((one) =>
        one.kind === 'appended' ? one.index : [],
      );
      expect(answered.length).toBeGreaterThan(50);

      const audit = await openAudit(folder.path);
      await audit.writer.check();
      const size = await audit.reader.size();
      expect(Math.max(...answered)).toBeLessThan(size);
      const stored = await audit.database.query((db) =>
        db.selectFrom('audit_entries').select('leaf_index').orderBy('leaf_index').execute(),
      );
      expect(stored.map((row) => row.leaf_index)).toEqual(
        Array.from({ length: size }, (_, i) => i),
      );
      const { items } = await audit.service.counts({ user: 'alice' }, 'user', 5);
      expect(items).toEqual([{ value: 'alice', count: size }]);
      await audit.close();
    }
  });

  it('has its folder to itself, until it ends in whatever way', async () => {
    child = new ChildAudit(folder.path);
    expect(await child.next()).toEqual({ kind: 'open' });
    const second = new ChildAudit(folder.path);
    expect(await second.next()).toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('another Sallyport process uses the data folder'),
    });
    await second.kill();
    await child.kill();
    const database = await SqliteDatabase.open(folder.path);
    await database.close();
  });

  it('concludes a write that a kill interrupted, once, and shows it as one event', async () => {
    child = new ChildAudit(folder.path);
    await child.next();
    expect(await child.ask('write')).toEqual({ kind: 'writing' });
    await child.kill();

    const audit = await openAudit(folder.path);
    expect((await audit.service.list({})).items).toMatchObject([{ id: '0', outcome: 'unknown' }]);
    const probed: string[] = [];
    const probe = (intent: { auditID: string }) => {
      probed.push(intent.auditID);
      return Promise.resolve('succeeded' as const);
    };
    expect(await resolveIntents(audit.service, probe)).toBe(1);
    expect(await resolveIntents(audit.service, probe)).toBe(0);
    expect(probed).toEqual(['write-1']);
    expect((await audit.service.list({})).items).toMatchObject([
      { id: '0', auditId: 'write-1', outcome: 'allowed', code: 200, action: 'secrets.update' },
    ]);
    expect(await audit.reader.size()).toBe(2);
    await audit.close();
  });

  it('run by an unprivileged user, refuses in time while it may not write, then resumes', async () => {
    chownSync(folder.path, NOBODY, NOBODY);
    child = new ChildAudit(folder.path, NOBODY);
    expect(await child.next()).toEqual({ kind: 'open' });
    expect(await child.ask('read')).toMatchObject({ status: 200 });
    const path = databasePath(folder.path);
    expect(statSync(path)).toMatchObject({ uid: NOBODY, mode: 0o100600 });

    chmodSync(path, 0o400);
    chownSync(path, 0, 0);
    const refused = await child.ask('read');
    expect(refused).toMatchObject({ kind: 'read', status: 503 });
    expect(refused.kind === 'read' && refused.durationMs).toBeLessThan(2_000);
    expect(await child.ask('read')).toMatchObject({ status: 503 });
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o600);
    expect(await child.ask('read')).toMatchObject({ status: 200 });
  });
});
