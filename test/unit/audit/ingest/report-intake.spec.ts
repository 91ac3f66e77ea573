import { describe, expect, it } from 'vitest';
import { ReportIntake } from '../../../../src/audit/ingest/report-intake.js';
import { limits } from '../../../../src/core/limits.js';

const apiServer = { kind: 'serviceAccount', username: 'api-server' } as const;
const other = { kind: 'serviceAccount', username: 'another' } as const;

function intakeOn(disk: { isShort: boolean; nowMs: number }): ReportIntake {
  return new ReportIntake({ space: { isShort: () => disk.isShort }, nowMs: () => disk.nowMs });
}

describe('the bytes of reports of one user', () => {
  it('may come at once up to the burst, and at the rate from then on', () => {
    const disk = { isShort: false, nowMs: 0 };
    const intake = intakeOn(disk);
    intake.admit(apiServer);
    intake.stored(apiServer, limits.auditReportBurstBytes);
    intake.admit(apiServer);
    intake.stored(apiServer, 3 * limits.auditReportBytesPerSecond);
    expect(() => intake.admit(apiServer)).toThrow(
      expect.objectContaining({ code: 'TooManyRequests', headers: { 'retry-after': '3' } }),
    );
    intake.admit(other);
    disk.nowMs = 3_000;
    intake.admit(apiServer);
  });

  it('leave room for what an API server sends by its default flags: 15 batches of 400', () => {
    const reportBytes = 1_500;
    expect(limits.auditReportBurstBytes).toBeGreaterThan(15 * 400 * reportBytes);
    expect(limits.auditReportBytesPerSecond).toBeGreaterThan(1_000 * reportBytes);
  });
});

describe('a disk that runs short', () => {
  it('takes no reports, which is a warning until there is room again', () => {
    const disk = { isShort: true, nowMs: 0 };
    const intake = intakeOn(disk);
    expect(intake.warnings()).toEqual({});
    expect(() => intake.admit(apiServer)).toThrow(
      expect.objectContaining({
        code: 'Unavailable',
        headers: { 'retry-after': String(limits.auditReportShortRetrySeconds) },
        isAggregated: true,
      }),
    );
    expect(intake.warnings()).toEqual({
      'audit-ingest': expect.stringContaining('refused: the disk of the audit log runs short'),
    });
    disk.isShort = false;
    expect(intake.warnings()).toEqual({});
    intake.admit(apiServer);
  });
});
