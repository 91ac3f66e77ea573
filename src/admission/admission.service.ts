import { setImmediate as turn } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import type { AnonymousCaller } from '../audit/domain/build-event.js';
import { ClientClosed } from '../core/errors/client-closed.js';
import { invalid, SallyportError } from '../core/errors/sallyport-error.js';
import { GatewayAccounts } from '../core/gateway-accounts.js';
import { timeOrderedId } from '../core/time-ordered-id.js';
import { Metrics } from '../platform/telemetry/metrics.js';
import { checkWrite } from '../secrets/domain/check-write.js';
import { refusedFields } from '../secrets/domain/checked-object.js';
import { changedKeys, keyChanges } from '../secrets/domain/key-changes.js';
import { namingWarnings } from '../secrets/domain/naming-warnings.js';
import { SecretChecks } from '../secrets/domain/secret-checks.js';
import { AdmissionRefusals } from './admission-refusals.js';
import {
  answeredReview,
  parseHead,
  parseReview,
  type Review,
  type ReviewedWrite,
  type Verdict,
} from './domain/admission-review.js';
import { namedKeys } from './domain/named-keys.js';
import { type ReviewedStates, reviewedStates } from './domain/reviewed-states.js';
import { PaceExceeded, ReviewPace } from './review-pace.js';

/** Peer that sent a review. */
export type ReviewOrigin = Pick<AnonymousCaller, 'sourceIp' | 'userAgent' | 'requestUri'>;

/** Review as it arrived. */
export interface SentReview {
  readonly body: Buffer;
  readonly origin: ReviewOrigin;
  /** Whether the sender has proven to be an API server, so that its facts are true. */
  readonly isTrusted: boolean;
  /** Whether the sender waits for no answer any more. */
  readonly hasLeft: () => boolean;
}

interface Judged extends Review {
  readonly verdict: Verdict;
}

const ALLOWED: Verdict = { isAllowed: true, warnings: [] };

/** Service of the admission webhook: checks writes of Secrets that did not come by the gateway. */
@Injectable()
export class AdmissionService {
  readonly #checks: SecretChecks;
  readonly #refusals: AdmissionRefusals;
  readonly #metrics: Pick<Metrics, 'admission'>;
  readonly #brokerName: string;
  readonly #pace = new ReviewPace();

  constructor(
    @Inject(SecretChecks) checks: SecretChecks,
    refusals: AdmissionRefusals,
    @Inject(Metrics) metrics: Pick<Metrics, 'admission'>,
    accounts: GatewayAccounts,
  ) {
    this.#checks = checks;
    this.#refusals = refusals;
    this.#metrics = metrics;
    this.#brokerName = accounts.broker().principal.username;
  }

  /**
   * Answers an AdmissionReview, given and returned as JSON. Each refusal is on record, except of a
   * dry run. Throws BadRequest or TooLarge for another body, Unavailable while schemas are not
   * known, and TooManyRequests.
   */
  async review(sent: SentReview): Promise<Readonly<Record<string, unknown>>> {
    await this.#checks.loaded();
    const { uid, write, verdict } = await this.#inTurn(sent);
    this.#metrics.admission.answered(resultOf(verdict));
    if (verdict.isAllowed) return answeredReview(uid, verdict);
    const { refusal } = verdict;
    if (!write.isDryRun) await this.#record(write, sent.origin, refusal);
    if (refusal.code !== 'Invalid') return answeredReview(uid, verdict);
    const inFields = refusedFields(write.name, refusal.errors);
    return answeredReview(uid, { isAllowed: false, refusal: inFields });
  }

  async #inTurn({ body, isTrusted, hasLeft }: SentReview): Promise<Judged> {
    const head = parseHead(body);
    const { username = '', namespace = '' } = head?.write ?? {};
    // A sender without a certificate can name any user.
    const owner = isTrusted ? username : namespace;
    // The gateway has checked its own writes: none waits, and none is refused for the pace.
    const isBroker = isTrusted && username === this.#brokerName;
    if (isBroker && head !== undefined) return { ...head, verdict: ALLOWED };
    try {
      return await this.#pace.run({ owner, sizeBytes: body.length }, () => {
        if (hasLeft()) throw new ClientClosed();
        return this.#judged(body);
      });
    } catch (error) {
      // With an error, users could let their own writes pass by many others.
      const isRefused = error instanceof PaceExceeded && error.isOfOwner && isTrusted;
      if (!isRefused || head === undefined) throw error;
      return { ...head, verdict: { isAllowed: false, refusal: error } };
    }
  }

  async #judged(body: Buffer): Promise<Judged> {
    const review = await parseReview(body);
    return { ...review, verdict: await this.#verdict(review) };
  }

  async #verdict(review: Review): Promise<Verdict> {
    const { username, isDryRun } = review.write;
    // The gateway has checked its own work; a removal must not depend on what a schema demands.
    if (username === this.#brokerName) return ALLOWED;
    const states = await reviewedStates(review);
    // An error would let the write pass.
    return states === undefined ? uncheckable() : this.#checked(states, isDryRun);
  }

  async #checked({ before, after, isEnding }: ReviewedStates, isDryRun: boolean): Promise<Verdict> {
    const touched = before === undefined ? 'all' : changedKeys(keyChanges(before.data, after.data));
    await turn();
    // The removal of a finalizer.
    if (isEnding && touched !== 'all' && touched.size === 0) return ALLOWED;
    try {
      const write = { before, after, touched, isDryRun, caller: undefined } as const;
      const warnings = await checkWrite(this.#checks, write);
      return { isAllowed: true, warnings: [...namingWarnings(this.#checks, after), ...warnings] };
    } catch (error) {
      if (!(error instanceof SallyportError) || error.code !== 'Invalid') throw error;
      return { isAllowed: false, refusal: error };
    }
  }

  #record(write: ReviewedWrite, origin: ReviewOrigin, refusal: SallyportError): Promise<void> {
    const { verb, username, namespace, name } = write;
    const keys = namedKeys(refusal.errors);
    const facts = {
      action: 'admission.review',
      namespace,
      ...(name !== '' && { secret: name }),
      object: { verb, group: '', version: 'v1', resource: 'secrets', name },
      ...(keys.length > 0 && { keys }),
    } as const;
    const caller = { ...origin, auditId: timeOrderedId(), onBehalfOf: username };
    return this.#refusals.record(caller, facts, refusal);
  }
}

function uncheckable(): Verdict {
  const reason = 'the Secret cannot be checked: it has too many keys, or a value is not base64';
  return { isAllowed: false, refusal: invalid([{ pointer: '/data', reason }], reason) };
}

function resultOf(verdict: Verdict): 'allowed' | 'warned' | 'refused' {
  if (!verdict.isAllowed) return 'refused';
  return verdict.warnings.length === 0 ? 'allowed' : 'warned';
}
