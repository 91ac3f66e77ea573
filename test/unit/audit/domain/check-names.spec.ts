import { expect, it } from 'vitest';
import { auditAnchorCheck, auditSinkCheck } from '../../../../src/audit/domain/check-names.js';

it('calls anchors by their number and kind, without their place, and sinks by their name', () => {
  expect(auditAnchorCheck(1, 'file:/mnt/elsewhere')).toBe('audit-anchor-2-file');
  expect(auditSinkCheck('siem')).toBe('audit-sink-siem');
});
