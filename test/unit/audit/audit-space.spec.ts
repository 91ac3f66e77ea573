import { describe, expect, it } from 'vitest';
import { AuditSpace, anonymousUse, reportUse } from '../../../src/audit/audit-space.js';
import { limits } from '../../../src/core/limits.js';

const MIB = 1024 * 1024;
const location = { dialect: 'sqlite', path: '/x', adopted: new SharedArrayBuffer(8) } as const;

function spaceWith(sizeBytes: number, use = anonymousUse) {
  const disk = { freeBytes: sizeBytes, nowMs: 0, isThere: true };
  const alarms: string[] = [];
  const space = new AuditSpace(location, {
    use,
    onAlarm: (message) => alarms.push(message),
    nowMs: () => disk.nowMs,
    spaceOf: () => {
      if (!disk.isThere) throw new Error('no such file');
      return { sizeBytes, freeBytes: disk.freeBytes };
    },
  });
  return { disk, alarms, space };
}

describe('the room of the trail', () => {
  it.each([
    ['a tenth of the disk', anonymousUse, 1_000 * MIB, 100 * MIB],
    ['at least 48 MiB', anonymousUse, 100 * MIB, 48 * MIB],
    ['at most 1 GiB', anonymousUse, 1_000_000 * MIB, 1_024 * MIB],
    ['a fifth of it for reports', reportUse, 1_000 * MIB, 200 * MIB],
    ['at least 96 MiB for reports', reportUse, 200 * MIB, 96 * MIB],
    ['at most 2 GiB for reports', reportUse, 1_000_000 * MIB, 2_048 * MIB],
  ])('is short below %s', (_title, use, sizeBytes, reserveBytes) => {
    const { disk, space } = spaceWith(sizeBytes, use);
    disk.freeBytes = reserveBytes;
    expect(space.isShort()).toBe(false);
    disk.nowMs += limits.freeSpaceCheckMs;
    disk.freeBytes = reserveBytes - 1;
    expect(space.isShort()).toBe(true);
  });

  it('leaves more to known callers than histories do, which stop before the log', () => {
    expect(limits.auditReportFreeBytesMin).toBeGreaterThan(limits.anonymousFreeBytesMin);
    expect(limits.anonymousFreeBytesMin).toBeGreaterThan(limits.versionFreeBytesMin);
    expect(limits.versionFreeBytesMin).toBeGreaterThan(limits.auditFreeBytesMin);
  });

  it('is asked for once a second, and each turn is told once', () => {
    const { disk, alarms, space } = spaceWith(1_000 * MIB);
    expect(space.isShort()).toBe(false);
    disk.freeBytes = 0;
    expect(space.isShort()).toBe(false);
    disk.nowMs += limits.freeSpaceCheckMs;
    expect([space.isShort(), space.isShort()]).toEqual([true, true]);
    expect(alarms).toHaveLength(1);
    disk.nowMs += limits.freeSpaceCheckMs;
    disk.freeBytes = 500 * MIB;
    expect(space.isShort()).toBe(false);
    expect(alarms).toHaveLength(2);
  });

  it('is not known of a database server, nor of a file that is gone', () => {
    const { disk, space } = spaceWith(1_000 * MIB);
    disk.isThere = false;
    expect(space.isShort()).toBe(false);
    const server = { dialect: 'postgres', url: 'postgres://x' } as const;
    expect(new AuditSpace(server, { use: reportUse, onAlarm: () => undefined }).isShort()).toBe(
      false,
    );
  });
});
