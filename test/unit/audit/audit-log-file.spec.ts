import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditLogFile } from '../../../src/audit/audit-log-file.js';
import type { EntryPlace } from '../../../src/audit/domain/entry-place.js';
import type { LogEntry } from '../../../src/audit/domain/log-entry.js';
import { RowMac } from '../../../src/encryption/domain/row-mac.js';
import { AdoptedFile } from '../../../src/platform/storage/adopted-file.js';
import { pastGuards } from '../../support/past-guards.js';
import { rowKeyOf } from '../encryption/row-integrity.builder.js';
import { eventOf } from './audit-builders.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-log-file-'));
  path = join(folder, 'sallyport.db');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As a process opens the log that starts now. */
function openLog(): AuditLogFile {
  const adopted = new AdoptedFile().memory;
  const mac = new RowMac(rowKeyOf());
  const options = { mac, onAlarm: () => undefined, written: 0 };
  return new AuditLogFile({ dialect: 'sqlite', path, adopted }, options);
}

function entry(): LogEntry {
  return { json: JSON.stringify(eventOf()), stage: 'single' };
}

async function append(count: number): Promise<EntryPlace> {
  const log = openLog();
  try {
    const { first } = await log.append(Array.from({ length: count }, entry));
    return first;
  } finally {
    await log.close();
  }
}

function change(sql: string): void {
  const database = new DatabaseSync(path);
  pastGuards(database, () => database.exec(sql));
  database.close();
}

describe('a log in a file', () => {
  test('is continued where the process before it ended', async () => {
    expect(await append(3)).toBe(0);
    expect(await append(2)).toBe(3);
    expect(await append(1)).toBe(5);
  });

  test('is continued after all of its entries were pruned', async () => {
    await append(256);
    change('DELETE FROM audit_entries; UPDATE audit_head SET pruned_below = 256');
    expect(await append(1)).toBe(256);
  });

  test.each([
    ['lost its last entry', 'DELETE FROM audit_entries WHERE leaf_index = 2', 2, 3],
    ['lost all of its entries', 'DELETE FROM audit_entries', 0, 3],
    ['has a size that is too small', 'UPDATE audit_head SET size = 1', 3, 1],
    ['has a size that is too large', 'UPDATE audit_head SET size = 9', 3, 9],
  ])('is refused, and nothing is appended, if it %s', async (_, sql, found, size) => {
    await append(3);
    change(sql);
    await expect(append(1)).rejects.toThrow(
      `the audit log is damaged: ${found} entries where ${size} should be`,
    );
    await expect(append(1)).rejects.toThrow('the audit log is damaged');
  });
});
