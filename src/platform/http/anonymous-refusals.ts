import { cutText } from '../../audit/domain/bounded.js';
import type { AnonymousCaller } from '../../audit/domain/build-event.js';
import { refusalResult } from '../../audit/domain/failure-result.js';
import { addressGroup } from '../../core/address-group.js';
import {
  type SallyportError,
  toSallyportError,
  unavailable,
  withAuditId,
} from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { AnonymousQuota } from './anonymous-quota.js';
import type { namedObject } from './named-object.js';
import { RefusalAggregate, type RefusalLog } from './refusal-aggregate.js';
import type { RequestLimits } from './request-limits.js';

/** Names in a refused request. */
export type RefusedNames = ReturnType<typeof namedObject>;

export interface AnonymousRefusalsDependencies {
  readonly audit: RefusalLog;
  readonly limits: Pick<RequestLimits, 'anonymousRefused'>;
  /** Whether the disk lacks space that authenticated calls may need. */
  readonly space: { isShort(): boolean };
  readonly writer: { readonly isHealthy: boolean };
  readonly quota?: AnonymousQuota;
}

const REASON_BYTES_MAX = 256;

/**
 * Recorder of refusals without a credential. They cost their sender nothing, so they must not cost
 * the trail much: the first few of an address are recorded individually, all others together. While
 * the disk is short of space, they are only counted.
 */
export class AnonymousRefusals {
  readonly #audit: RefusalLog;
  readonly #limits: AnonymousRefusalsDependencies['limits'];
  readonly #space: AnonymousRefusalsDependencies['space'];
  readonly #writer: AnonymousRefusalsDependencies['writer'];
  readonly #quota: AnonymousQuota;
  readonly #aggregate: RefusalAggregate;

  constructor(parts: AnonymousRefusalsDependencies) {
    const { audit, limits: requestLimits, space, writer, quota } = parts;
    this.#audit = audit;
    this.#writer = writer;
    this.#limits = requestLimits;
    this.#space = space;
    this.#quota = quota ?? new AnonymousQuota();
    this.#aggregate = new RefusalAggregate(audit, {
      windowMs: limits.anonymousAggregateMs,
      mayName: () => this.#quota.take(),
      mustWait: () => space.isShort(),
    });
  }

  /** Returns the error to send: the given error, TooManyRequests, or Unavailable. */
  async record(
    caller: AnonymousCaller,
    error: SallyportError,
    names: RefusedNames,
  ): Promise<SallyportError> {
    if (error.status === 404) return withAuditId(error, null);
    const answered =
      error.code === 'TooManyRequests'
        ? error
        : (this.#limits.anonymousRefused(caller.sourceIp) ?? error);
    if (answered.code === 'TooManyRequests') {
      return withAuditId(answered, this.#count(caller, answered));
    }
    if (!this.#isRecordedAlone(caller)) {
      const auditId = this.#count(caller, error);
      // A refusal that is only counted now could not be recorded later either.
      return this.#writer.isHealthy
        ? withAuditId(error, auditId)
        : withAuditId(unavailable('the audit trail cannot be written'), null);
    }
    const { outcome, decisionReason = '', ...rest } = refusalResult(error);
    const result = {
      ...rest,
      outcome: error.status < 500 ? DENIED : outcome,
      decisionReason: cutText(decisionReason, REASON_BYTES_MAX).text,
    } as const;
    try {
      await this.#audit.record(caller, { action: 'auth.refused', ...names }, result);
      return error;
    } catch (failure) {
      return toSallyportError(failure);
    }
  }

  /** Records the refusals that were only counted so far. */
  flush(): Promise<void> {
    return this.#aggregate.flush();
  }

  #isRecordedAlone({ sourceIp }: AnonymousCaller): boolean {
    return !this.#space.isShort() && this.#quota.takeOf(sourceIp);
  }

  /** Counts by error code and not by reason: a reason may quote what the client chose. */
  #count(caller: AnonymousCaller, error: SallyportError): string {
    const what = error.code === 'TooManyRequests' ? (error.internal ?? error.code) : error.code;
    const { auditId, sourceIp } = caller;
    return this.#aggregate.add({
      key: `${addressGroup(sourceIp)}\n${what}`,
      othersKey: `\n${error.code}`,
      caller: { auditId, sourceIp, requestUri: '' },
      error,
    });
  }
}

const DENIED = 'denied';
