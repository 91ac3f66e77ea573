import { expect, it } from 'vitest';
import { UnreadableAlarm } from '../../../../../src/audit/ingest/domain/unreadable-alarm.js';
import { limits } from '../../../../../src/core/limits.js';

it('tells of unreadable events at once, then not too often, and of all of them', () => {
  const alarm = new UnreadableAlarm();
  const laterMs = limits.auditUnreadableAlarmEveryMs;
  expect(alarm.messageAfter(0, 0)).toBeUndefined();
  expect(alarm.messageAfter(2, 1)).toMatch(/^2 audit events of the cluster could not be read/);
  expect(alarm.messageAfter(3, 2)).toBeUndefined();
  expect(alarm.messageAfter(0, laterMs)).toBeUndefined();
  expect(alarm.messageAfter(4, laterMs + 1)).toMatch(/^7 audit events/);
  expect(alarm.messageAfter(0, 3 * laterMs)).toBeUndefined();
});
