import { syncLimits } from '../../core/sync-limits.js';
import type { AllowedAddress } from '../../platform/outbound/domain/egress-rules.js';
import { type HttpsAnswer, httpsExchange } from '../../platform/outbound/https-exchange.js';

/** Place of a store. */
export interface StorePlace {
  /** Base of all requests: https, without user, query and fragment. */
  readonly url: URL;
  /** PEM of the CA; undefined: the CAs that the system trusts. */
  readonly ca: string | undefined;
  /** Throws OutboundFault HostNotAllowed, TargetUnreachable or TargetTimeout. */
  readonly resolve: (url: URL, signal: AbortSignal) => Promise<AllowedAddress>;
}

export interface StoreRequest {
  readonly method: string;
  /** Path under the base, with a `/` in front. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | undefined;
}

/** Sends requests to one store: each to an allowed address, with a deadline and no redirects. */
export class StoreTransport {
  readonly #place: StorePlace;

  constructor(place: StorePlace) {
    this.#place = place;
  }

  /** Sends one request. Throws OutboundFault; see `mayHaveChanged` of it for writes. */
  async send(
    { method, path, headers, body }: StoreRequest,
    signal: AbortSignal,
  ): Promise<HttpsAnswer> {
    const { url: base, ca, resolve } = this.#place;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(syncLimits.callMsMax)]);
    // Not relative to the base: a path that begins with // would name another host.
    const url = new URL(`${base.origin}${base.pathname.replace(/\/$/, '')}${path}`);
    const address = await resolve(url, bounded);
    const { answerBytesMax } = syncLimits;
    const place = { address, tls: { mode: 'verify-full', ca }, answerBytesMax } as const;
    const request = { method, url, headers, body };
    return httpsExchange(request, { ...place, reads: 'every answer' }, bounded);
  }
}
