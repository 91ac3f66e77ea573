import type { AuditService } from '../../../src/audit/audit.service.js';
import { CallRunner } from '../../../src/calls/call-runner.service.js';
import { SystemClock } from '../../../src/core/clock.js';
import type { SallyportError } from '../../../src/core/errors/sallyport-error.js';

/** Runs calls over a trail; `refusal`: why none is carried out. */
export function callsOver(audit: AuditService, refusal?: SallyportError): CallRunner {
  const logger = { alarm: () => undefined };
  return new CallRunner(audit, { refusal }, new SystemClock(), logger);
}
