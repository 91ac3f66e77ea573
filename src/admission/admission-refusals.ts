import type { AuditFacts } from '../audit/domain/audit-event.js';
import type { AnonymousCaller } from '../audit/domain/build-event.js';
import { refusalResult } from '../audit/domain/failure-result.js';
import { admissionLimits } from '../core/admission-limits.js';
import type { SallyportError } from '../core/errors/sallyport-error.js';
import { RateLimiter } from '../platform/http/rate-limiter.js';
import { RefusalAggregate, type RefusalLog } from '../platform/http/refusal-aggregate.js';

const ALL = 'all';

/**
 * Recorder of refusals by the webhook. Anyone who reaches the listener can cause refusals, so that
 * a bounded number has an event each, and one event counts the others.
 */
export class AdmissionRefusals {
  readonly #audit: RefusalLog;
  readonly #space: { isShort(): boolean };
  readonly #aggregate: RefusalAggregate;
  readonly #rate = new RateLimiter({
    requestsPerSecond: admissionLimits.recordedRefusalsPerSecond,
    burst: admissionLimits.recordedRefusalsBurst,
    keysMax: 1,
  });

  /** `space`: whether the disk lacks space that authenticated calls may need. */
  constructor(audit: RefusalLog, space: { isShort(): boolean }) {
    this.#audit = audit;
    this.#space = space;
    this.#aggregate = new RefusalAggregate(audit, {
      windowMs: admissionLimits.aggregateMs,
      action: 'admission.review',
      mustWait: () => space.isShort(),
    });
  }

  /**
   * Records a refusal. Never rejects: a refusal stands even if the trail cannot be written, since
   * the API server may let a write pass that gets no answer. The refusal is then counted later.
   */
  async record(caller: AnonymousCaller, facts: AuditFacts, error: SallyportError): Promise<void> {
    const isAlone = !this.#space.isShort() && this.#rate.take(ALL, performance.now()).isAllowed;
    try {
      if (isAlone) return await this.#audit.record(caller, facts, refusalResult(error));
    } catch {
      // The log has reported its own fault.
    }
    const { auditId, sourceIp } = caller;
    const nobody = { auditId, sourceIp, requestUri: '' };
    this.#aggregate.add({ key: ALL, othersKey: ALL, caller: nobody, error });
  }

  /** Records the refusals that were only counted so far. */
  flush(): Promise<void> {
    return this.#aggregate.flush();
  }
}
