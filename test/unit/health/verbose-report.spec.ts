import { describe, expect, it } from 'vitest';
import { verboseReport } from '../../../src/health/verbose-report.js';

describe('verboseReport', () => {
  it('lists each check with its state, then mode and scope', () => {
    const states = [
      { name: 'cluster', isUp: true },
      { name: 'audit', isUp: false },
    ];
    expect(verboseReport(states, { mode: 'in-cluster', scope: 'served' }, false)).toBe(
      [
        '[+]cluster ok',
        '[-]audit failed: reason withheld',
        '[+]shutdown ok',
        'mode: in-cluster',
        'scope: served',
        'readyz check failed',
        '',
      ].join('\n'),
    );
  });

  it('fails while the gateway stops though every check passes', () => {
    const report = verboseReport([{ name: 'cluster', isUp: true }], {}, true);
    expect(report).toContain('[-]shutdown failed');
    expect(report).toContain('readyz check failed');
  });
});
