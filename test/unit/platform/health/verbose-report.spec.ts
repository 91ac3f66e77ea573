import { describe, expect, it } from 'vitest';
import { verboseReport } from '../../../../src/platform/health/verbose-report.js';

describe('verboseReport', () => {
  it('lists each check with its state, then mode and scope', () => {
    const states = [
      { name: 'cluster', isUp: true },
      { name: 'audit', isUp: false },
    ];
    const facts = { mode: 'in-cluster', scope: 'served' };
    expect(verboseReport({ states, warnings: {}, isStopping: false }, facts)).toBe(
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

  it('says why a check fails where it may, a line each reason', () => {
    const states = [{ name: 'rights', isUp: false, reasons: ['too many', 'too few'] }];
    const report = verboseReport({ states, warnings: {}, isStopping: false }, {});
    expect(report).toContain('[-]rights failed: too many\n[-]rights failed: too few\n');
    expect(report).not.toContain('withheld');
  });

  it('fails while the gateway stops though every check passes', () => {
    const states = [{ name: 'cluster', isUp: true }];
    const report = verboseReport({ states, warnings: {}, isStopping: true }, {});
    expect(report).toContain('[-]shutdown failed');
    expect(report).toContain('readyz check failed');
  });

  it('passes where something is only degraded, and says so', () => {
    const warnings = { authentication: 'the one before is used' };
    const report = verboseReport({ states: [], warnings, isStopping: false }, {});
    expect(report).toContain('[!]authentication degraded: the one before is used');
    expect(report).toContain('readyz check passed');
  });
});
