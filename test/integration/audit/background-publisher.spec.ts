import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BackgroundPublisher } from '../../../src/audit/log/background-publisher.js';
import { LogKeyFile } from '../../../src/audit/log/log-key-file.js';
import { AuditLog } from '../../../src/audit/log/audit-log.js';
import type { StoredCheckpoint } from '../../../src/audit/log/log-store.js';
import { startStorage, type TestDatabase } from '../../postgres/test-storage.js';
import { type AuditFixture, auditOver, temporaryDir } from './audit-fixture.js';
import { append, tamper, verdictOf } from './log-fixture.js';
import { rowKeyOf } from '../../unit/encryption/row-integrity.builder.js';

describe('publishing in the background', () => {
  let place: TestDatabase;
  let audit: AuditFixture;
  let folder: ReturnType<typeof temporaryDir>;
  let alarms: string[];
  let published: StoredCheckpoint[];

  beforeEach(async () => {
    place = await (await startStorage('sqlite')).create();
    audit = auditOver(await place.open());
    folder = temporaryDir();
    [alarms, published] = [[], []];
  });
  afterEach(async () => {
    await audit.close();
    await place.remove();
    folder.remove();
  });

  const open = async (obstacle?: string) => {
    const log = await AuditLog.open({ dataDir: folder.path, audit: {} }, audit.database, {
      rowKey: rowKeyOf(),
      onAlarm: (message) => void alarms.push(message),
      ...(obstacle !== undefined && { obstacle }),
    });
    log.publisher.onPublished((checkpoint) => void published.push(checkpoint));
    return log;
  };
  const until = async (condition: () => boolean) => {
    while (!condition()) await delay(20);
  };
  const sizeOf = (publisher: BackgroundPublisher) => publisher.published?.size ?? -1;

  it('signs what comes, at most once a second, and all of it in the end', async () => {
    const log = await open();
    log.publisher.start();
    await until(() => sizeOf(log.publisher) === 0);
    while (published.length < 4) {
      await append(audit, 10);
      log.publisher.nudge();
    }
    published.slice(1).forEach(({ signedMs }, at) => {
      // The clock of the machine may be set meanwhile, by a little.
      expect(signedMs - (published[at]?.signedMs ?? 0)).toBeGreaterThan(950);
    });
    await append(audit, 5);
    await log.publisher.stop();
    const { size } = await log.store.head();
    expect((await log.store.lastCheckpoint())?.size).toBe(size);
    expect(await verdictOf(log)).toBeUndefined();
    expect(alarms).toEqual([]);
  });

  it('signs nothing while something stands against it, and says so', async () => {
    const log = await open('the anchors are ahead');
    log.publisher.start();
    await append(audit, 3);
    await until(() => alarms.length > 0);
    expect(log.publisher.problems).toEqual(['the anchors are ahead']);
    await expect(log.publisher.check()).rejects.toThrow('the anchors are ahead');
    expect(await log.store.lastCheckpoint()).toBeUndefined();
    log.publisher.hold(undefined);
    await until(() => sizeOf(log.publisher) === 3);
    await log.publisher.check();
    expect(log.publisher.problems).toEqual([]);
    await log.publisher.stop();
  });

  it('raises an alarm where the log was changed, and goes on once it is as it was', async () => {
    const log = await open();
    log.publisher.start();
    await append(audit, 3);
    log.publisher.nudge();
    await until(() => sizeOf(log.publisher) === 3);
    await append(audit, 3);
    await tamper(
      place,
      'sqlite',
      "UPDATE audit_entries SET event = CAST(event || 'x' AS BLOB) WHERE leaf_index = 4",
    );
    log.publisher.nudge();
    await until(() => alarms.length > 0);
    expect(alarms).toEqual([
      'the audit log is not signed any more: entry 4 of the audit log was changed',
    ]);
    await expect(log.publisher.check()).rejects.toThrow(/entry 4/);
    await tamper(
      place,
      'sqlite',
      'UPDATE audit_entries SET event = substr(event, 1, length(event) - 1) WHERE leaf_index = 4',
    );
    log.publisher.hold(undefined);
    await until(() => sizeOf(log.publisher) === 6);
    expect(alarms.at(-1)).toBe('the audit log is signed again');
    await log.publisher.stop();
  });

  it('has a key of its own from the first start on, and no other afterwards', async () => {
    const log = await open();
    log.publisher.start();
    await until(() => sizeOf(log.publisher) === 0);
    await log.publisher.stop();
    const { vkey } = log.keyFile.keys().signer.verifier;
    expect(vkey).toMatch(/^sallyport\.local\/[0-9a-f]{10}\+/);
    expect((await open()).keyFile.keys().signer.verifier.vkey).toBe(vkey);
    const elsewhere = { dataDir: `${folder.path}/other`, audit: {} };
    const missing = AuditLog.open(elsewhere, audit.database, {
      rowKey: rowKeyOf(),
      onAlarm: () => undefined,
    });
    await expect(missing).rejects.toThrow(/log\.key is missing: bring it back/);
    const renamed = new LogKeyFile({ path: log.keyFile.path, origin: 'another.example' });
    expect(() => renamed.keys()).toThrow(/but the key in .* is of the log sallyport\.local/);
  });
});
