import { parseJson } from '../../core/parse-json.js';
import type { ParsedStore } from '../domain/store-spec.js';
import { SnsProof, type SnsProofDependencies } from './sns-proof.js';
import type { ProvedNotification, StoreNotification } from './store-notification.js';
import { TokenProof } from './token-proof.js';
import { WebhookProof, type WebhookProofDependencies } from './webhook-proof.js';

export type NotificationProofDependencies = SnsProofDependencies & WebhookProofDependencies;

/** Proof of the sender of a notification, in the one way that the spec of its store names. */
export class NotificationProof {
  readonly #webhooks: WebhookProof;
  readonly #tokens: TokenProof;
  readonly #topics: SnsProof;

  constructor(parts: NotificationProofDependencies) {
    this.#webhooks = new WebhookProof(parts);
    this.#tokens = new TokenProof(parts);
    this.#topics = new SnsProof(parts);
  }

  /**
   * Returns a notification whose sender is proved; undefined for any other, and without a store.
   * Throws Unavailable if what proves the sender cannot be had.
   */
  async proved(
    store: ParsedStore | undefined,
    sent: StoreNotification,
  ): Promise<ProvedNotification | undefined> {
    const { signature, jwt, sns } = store?.spec?.notify ?? {};
    const isSigned = await this.#webhooks.isProved(store, signature, sent);
    if (store === undefined) return undefined;
    const hasEvent = true;
    if (isSigned) return { event: jsonOf(sent.body), hasEvent, id: sent.webhookId };
    if (jwt !== undefined) {
      const isProved = await this.#tokens.isProved(store, jwt, sent.authorization);
      return isProved ? { event: jsonOf(sent.body), hasEvent, isByToken: true } : undefined;
    }
    return sns && this.#topics.proved(store, sns, jsonOf(sent.body));
  }
}

/** Returns a body as JSON; undefined for another body. */
function jsonOf(body: Uint8Array): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}
