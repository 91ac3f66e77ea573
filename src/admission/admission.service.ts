import { Inject, Injectable } from '@nestjs/common';
import type { AnonymousCaller } from '../audit/domain/build-event.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { timeOrderedId } from '../core/time-ordered-id.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { checkWrite } from '../secrets/domain/check-write.js';
import { refusedFields } from '../secrets/domain/checked-object.js';
import { changedKeys, keyChanges } from '../secrets/domain/key-changes.js';
import { SecretChecks } from '../secrets/domain/secret-checks.js';
import { AdmissionRefusals } from './admission-refusals.js';
import {
  answeredReview,
  parseReview,
  type ReviewedWrite,
  type Verdict,
} from './domain/admission-review.js';
import { namedKeys } from './domain/named-keys.js';

/** Peer that sent a review. */
export type ReviewOrigin = Pick<AnonymousCaller, 'sourceIp' | 'userAgent' | 'requestUri'>;

/** Service of the admission webhook: checks writes of Secrets that did not come by the gateway. */
@Injectable()
export class AdmissionService {
  readonly #checks: SecretChecks;
  readonly #refusals: AdmissionRefusals;
  readonly #metrics: Pick<Metrics, 'admission'>;

  constructor(
    @Inject(SecretChecks) checks: SecretChecks,
    refusals: AdmissionRefusals,
    @Inject(Metrics) metrics: Pick<Metrics, 'admission'>,
  ) {
    this.#checks = checks;
    this.#refusals = refusals;
    this.#metrics = metrics;
  }

  /**
   * Answers an AdmissionReview, given and returned as JSON. Each refusal is on record. Throws
   * BadRequest or TooLarge for another body, and Unavailable while schemas are not known.
   */
  async review(body: Buffer, origin: ReviewOrigin): Promise<Readonly<Record<string, unknown>>> {
    const write = parseReview(body);
    const verdict = await this.#verdict(write);
    this.#metrics.admission.answered(resultOf(verdict));
    if (!verdict.isAllowed) await this.#record(write, origin, verdict.refusal);
    return answeredReview(write.uid, told(write, verdict));
  }

  async #verdict({ before, after, isDryRun }: ReviewedWrite): Promise<Verdict> {
    const touched = before === undefined ? 'all' : changed(before, after);
    try {
      const write = { before, after, touched, isDryRun } as const;
      return { isAllowed: true, warnings: await checkWrite(this.#checks, write) };
    } catch (error) {
      if (!(error instanceof SallyportError) || error.code !== 'Invalid') throw error;
      return { isAllowed: false, refusal: error };
    }
  }

  #record(write: ReviewedWrite, origin: ReviewOrigin, refusal: SallyportError): Promise<void> {
    const { verb, username, after, isDryRun } = write;
    const { namespace, name } = after;
    const keys = namedKeys(refusal.errors);
    const facts = {
      action: 'admission.review',
      namespace,
      secret: name,
      object: { verb, group: '', version: 'v1', resource: 'secrets', name },
      ...(keys.length > 0 && { keys }),
      ...(isDryRun && { dryRun: true }),
    } as const;
    const caller = { ...origin, auditId: timeOrderedId(), onBehalfOf: username };
    return this.#refusals.record(caller, facts, refusal);
  }
}

function changed(
  before: NonNullable<ReviewedWrite['before']>,
  after: ReviewedWrite['after'],
): ReadonlySet<string> {
  return changedKeys(keyChanges(before.data, after.data));
}

/** Returns the verdict with the refusal in the form of the API server. */
function told({ after }: ReviewedWrite, verdict: Verdict): Verdict {
  if (verdict.isAllowed) return verdict;
  return { isAllowed: false, refusal: refusedFields(after.name, verdict.refusal.errors) };
}

function resultOf(verdict: Verdict): 'allowed' | 'warned' | 'refused' {
  if (!verdict.isAllowed) return 'refused';
  return verdict.warnings.length === 0 ? 'allowed' : 'warned';
}
