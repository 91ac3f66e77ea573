import { Injectable } from '@nestjs/common';
import { Readiness } from '../platform/health/readiness.js';
import { AlteredEntries } from './altered-entries.js';
import { AuditAnchors } from './anchors/audit-anchors.service.js';
import { RollbackGuard } from './anchors/rollback-guard.js';
import { AuditWriter } from './audit-writer.js';
import { AuditLog } from './log/audit-log.js';
import { AuditRetention } from './retention/audit-retention.service.js';
import { AuditSinks } from './sinks/audit-sinks.js';

/** Checks of the trail that the gateway's readiness depends on, and warnings for operators. */
@Injectable()
export class AuditReadiness {
  constructor(
    readiness: Readiness,
    writer: AuditWriter,
    { publisher }: AuditLog,
    guard: RollbackGuard,
    anchors: AuditAnchors,
    sinks: AuditSinks,
    retention: AuditRetention,
    altered: AlteredEntries,
  ) {
    readiness.addCheck({ name: 'audit', probe: () => writer.check() });
    readiness.addCheck({
      name: 'audit-log',
      probe: () => publisher.check(),
      reasons: () => publisher.problems,
    });
    readiness.addCheck({
      name: 'audit-anchors',
      probe: () => guard.check(),
      reasons: () => (guard.refusal === undefined ? [] : [guard.refusal]),
    });
    readiness.addWarnings(() =>
      altered.problem === undefined ? {} : { 'audit-entries': altered.problem },
    );
    readiness.addWarnings(() => anchors.warnings());
    readiness.addWarnings(() => sinks.warnings());
    readiness.addWarnings(() => retention.warnings());
  }
}
