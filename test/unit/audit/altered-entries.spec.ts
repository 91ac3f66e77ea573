import { describe, expect, it } from 'vitest';
import { AlteredEntries } from '../../../src/audit/altered-entries.js';
import { limits } from '../../../src/core/limits.js';

describe('entries that somebody has changed', () => {
  it('are told of once each, and of so many', () => {
    const alarms: string[] = [];
    const altered = new AlteredEntries((message) => void alarms.push(message));
    expect(altered.problem).toBeUndefined();
    altered.tell(7);
    altered.tell(7);
    expect(altered.problem).toBe('entry 7 of the audit log was changed');
    for (let index = 0; index < 1_000; index += 1) altered.tell(index);
    expect(alarms).toHaveLength(limits.auditAlteredNamedMax);
    expect(altered.problem).toBe(
      `entry 7 of the audit log was changed, and ${limits.auditAlteredNamedMax - 1} more`,
    );
  });
});
