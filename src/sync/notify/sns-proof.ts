import { X509Certificate } from 'node:crypto';
import { type SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import { parseJson } from '../../core/parse-json.js';
import { syncLimits } from '../../core/sync-limits.js';
import { RateLimiter } from '../../platform/http/rate-limiter.js';
import type { SnsNotifySpec } from '../domain/notify-spec.js';
import { isSignedBy, readSnsMessage, type SnsMessage } from './domain/sns-message.js';
import { FetchedValues, type FetchedValuesOptions } from './fetched-values.js';
import type { NotifyTransport } from './notify-transport.js';
import { type NotifyingStore, type ProvedNotification, valueKey } from './store-notification.js';

export interface SnsProofDependencies extends Omit<FetchedValuesOptions, 'usedMs'> {
  readonly transport: Pick<NotifyTransport, 'read'>;
  readonly nowMs: () => number;
}

/** Proof of messages of AWS SNS: each names the certificate that has signed it. */
export class SnsProof {
  readonly #parts: SnsProofDependencies;
  readonly #certificates: FetchedValues<X509Certificate>;
  /** A sender without a credential may name as many certificates as there are names. */
  readonly #fetches = new RateLimiter({
    requestsPerSecond: syncLimits.snsCertificatesPerMinute / 60,
    burst: syncLimits.snsCertificatesAtOnceMax,
    keysMax: syncLimits.hintedStoresMax,
  });

  constructor(parts: SnsProofDependencies) {
    this.#parts = parts;
    const { notifyKeysUsedMs: usedMs } = syncLimits;
    this.#certificates = new FetchedValues({ usedMs, clock: parts.clock, onFault: parts.onFault });
  }

  /**
   * Returns a message of the topic whose signature is right; undefined for any other body. Throws
   * Unavailable if the certificate cannot be had.
   */
  async proved(
    store: NotifyingStore,
    spec: SnsNotifySpec,
    body: unknown,
  ): Promise<ProvedNotification | undefined> {
    const nowMs = this.#parts.nowMs();
    const message = readSnsMessage(body, spec, nowMs);
    if (message === undefined) return undefined;
    const certificate = await this.#certificateOf(store, spec, message);
    if (!isSignedBy(message, certificate, nowMs)) return undefined;
    const hasEvent = message.type === 'Notification';
    return {
      event: hasEvent ? eventIn(message.message) : undefined,
      hasEvent,
      id: message.id,
      confirm: this.#confirmationOf(spec, message),
    };
  }

  async #certificateOf(
    store: NotifyingStore,
    spec: SnsNotifySpec,
    { certificateUrl }: SnsMessage,
  ): Promise<X509Certificate> {
    const { transport, clock } = this.#parts;
    const key = valueKey(store, certificateUrl.href);
    // Names that are made up must not replace the certificates that are known.
    const isNew = !this.#certificates.knows(key);
    if (isNew && !this.#fetches.take(store.object.uid, clock.monotonicMs()).isAllowed) {
      throw unreadable();
    }
    const found = await this.#certificates.get(key, async () => {
      return new X509Certificate(await transport.read(certificateUrl, spec.caSecret));
    });
    if (found === undefined) throw unreadable();
    return found;
  }

  /** An `UnsubscribeConfirmation` has a URL that subscribes again: it is ignored. */
  #confirmationOf(
    { caSecret }: SnsNotifySpec,
    { type, subscribeUrl }: SnsMessage,
  ): ProvedNotification['confirm'] {
    if (type !== 'SubscriptionConfirmation' || subscribeUrl === undefined) return undefined;
    return async () => void (await this.#parts.transport.read(subscribeUrl, caSecret));
  }
}

function unreadable(): SallyportError {
  const retryAfterSeconds = Math.ceil(syncLimits.notifyFetchPauseMs / 1_000);
  return unavailable('the certificate of the message cannot be read', { retryAfterSeconds });
}

/** Returns the event in a message; undefined for a text that is not JSON. */
function eventIn(message: string): unknown {
  try {
    return parseJson(Buffer.from(message, 'utf8'));
  } catch {
    return undefined;
  }
}
