import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SqliteDatabase } from '../../../src/platform/storage/sqlite-database.js';
import { type AuditFolder, auditOver, entry, openAudit, temporaryDir } from './audit-fixture.js';

/** Guarantee: what is appended is what is stored, or nothing is. */
describe('a SQLite database that somebody has given a trigger', () => {
  let folder: ReturnType<typeof temporaryDir>;
  let audit: AuditFolder;

  beforeEach(async () => {
    folder = temporaryDir();
    audit = await openAudit(folder.path);
  });
  afterEach(async () => {
    await audit.close();
    folder.remove();
  });

  function run(sql: string): void {
    const database = new DatabaseSync(audit.database.path, { timeout: 5_000 });
    database.exec(sql);
    database.close();
  }

  const triggers = [
    [
      'that puts another event in the place of each',
      `CREATE TRIGGER decoys AFTER INSERT ON audit_entries BEGIN
        UPDATE audit_entries SET event = x'7b7d' WHERE leaf_index = NEW.leaf_index; END`,
    ],
    [
      'that lets no checkpoint in',
      `CREATE TRIGGER unsigned BEFORE INSERT ON audit_checkpoints BEGIN
        SELECT RAISE(IGNORE); END`,
    ],
    ['in the place of a guard', 'DROP TRIGGER audit_entries_no_update'],
  ] as const;

  it.each(triggers)('%s takes no event while it runs', async (_, sql) => {
    await audit.writer.append(entry());
    run(sql);
    await expect(audit.writer.append(entry())).rejects.toThrow('the schema of the database');
    expect(audit.alarms.join('\n')).toMatch(/schema of the database .* was changed: "trigger /);
  });

  it.each(triggers)('%s takes no event when it is opened', async (_, sql) => {
    run(sql);
    await audit.close();
    audit = { dataDir: folder.path, ...(await reopened()) };
    await expect(audit.writer.append(entry())).rejects.toThrow('the schema of the database');
  });

  it('takes events again once it is as it was', async () => {
    run('CREATE VIEW strange AS SELECT 1');
    await expect(audit.writer.append(entry())).rejects.toThrow('"view strange" was made');
    run('DROP VIEW strange');
    await expect(audit.writer.append(entry())).resolves.toBe(0);
  });

  async function reopened() {
    const over = auditOver(await SqliteDatabase.open(folder.path));
    over.writer.start();
    const isKeyed = () =>
      over.writer.check().then(
        () => true,
        (error: Error) => error.message.includes('schema'),
      );
    await expect.poll(isKeyed, { timeout: 20_000 }).toBe(true);
    return over;
  }
});
