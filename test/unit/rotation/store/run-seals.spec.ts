import { describe, expect, it } from 'vitest';
import { columnsOf } from '../../../../src/rotation/store/run-rows.js';
import { RunSeals } from '../../../../src/rotation/store/run-seals.js';
import { rowIntegrity } from '../../encryption/row-integrity.builder.js';
import { fullRun } from './run.builder.js';

const seals = new RunSeals(rowIntegrity());
const row = {
  ...columnsOf(fullRun),
  mac: seals.macOf(fullRun),
  wish_mac: seals.wishMacOf(fullRun),
};

describe('the row of a run', () => {
  it('is read as the gateway wrote it', () => {
    expect(seals.read(row)).toEqual(fullRun);
    expect(seals.readAll([row, { ...row, mac: null }])).toEqual([fullRun]);
  });

  it('is none once any column is another, but for those that SQL alone moves', () => {
    const moved = Object.keys(columnsOf(fullRun)).filter((column) => {
      const value = column.endsWith('_ms') || column.endsWith('version') ? 99 : 'other';
      return seals.read({ ...row, [column]: value }) !== undefined;
    });
    expect(moved.toSorted()).toEqual(['due_ms', 'epoch', 'wish']);
  });

  it('has no wish that no gateway wrote, and lacks none that one did', () => {
    const alarms: string[] = [];
    const watched = new RunSeals(rowIntegrity(alarms));
    const none = { ...fullRun, wish: null };
    expect(watched.read({ ...row, wish: 'retire', wish_mac: null })).toEqual(none);
    expect(watched.read({ ...row, wish: null })).toEqual(none);
    expect(alarms).toHaveLength(1);
    expect(watched.read({ ...row, wish: null, wish_mac: null })).toEqual(none);
  });

  it('of what others are told is proven as a whole', () => {
    const columns = columnsOf(fullRun);
    const kept = { id: 'n', type: 'rotation.failed', createdMs: 1, columns };
    const mac = seals.notificationMacOf(kept);
    expect(seals.isNotificationOurs(kept, mac)).toBe(true);
    expect(seals.isNotificationOurs({ ...kept, type: 'rotation.succeeded' }, mac)).toBe(false);
    expect(seals.isNotificationOurs({ ...kept, id: 'm' }, mac)).toBe(false);
    expect(seals.isNotificationOurs({ ...kept, createdMs: 2 }, mac)).toBe(false);
    const changed = { ...columns, reason: 'other' };
    expect(seals.isNotificationOurs({ ...kept, columns: changed }, mac)).toBe(false);
    expect(seals.isNotificationOurs(kept, '')).toBe(false);
  });
});
