import { randomBytes } from 'node:crypto';
import { unavailable } from '../../core/errors/sallyport-error.js';
import type { SecretValue } from '../../core/secret-value.js';
import { syncLimits } from '../../core/sync-limits.js';
import type { NotifySpec } from '../domain/notify-spec.js';
import { isSignedWith, signingKeyOf } from './domain/signed-webhook.js';
import { FetchedValues, type FetchedValuesOptions } from './fetched-values.js';
import type { NotifyTransport } from './notify-transport.js';
import { type NotifyingStore, type StoreNotification, valueKey } from './store-notification.js';

export interface WebhookProofDependencies extends Omit<FetchedValuesOptions, 'usedMs'> {
  readonly transport: Pick<NotifyTransport, 'secretOf'>;
  readonly nowMs: () => number;
}

/** Proof of webhooks by a signature with a secret that the sender shares. */
export class WebhookProof {
  readonly #parts: WebhookProofDependencies;
  readonly #secrets: FetchedValues<SecretValue>;
  /** For webhooks to stores without a secret, whose refusal must not be faster. */
  readonly #nobodysKey = randomBytes(syncLimits.webhookSecretBytesMin);

  constructor(parts: WebhookProofDependencies) {
    this.#parts = parts;
    const { notifySecretUsedMs: usedMs } = syncLimits;
    this.#secrets = new FetchedValues({ usedMs, clock: parts.clock, onFault: parts.onFault });
  }

  /**
   * Reports whether a webhook is signed for a store. Without a store, none is. Throws Unavailable
   * if the secret cannot be read: the sender then sends it again.
   */
  async isProved(
    store: NotifyingStore | undefined,
    spec: NotifySpec['signature'],
    sent: StoreNotification,
  ): Promise<boolean> {
    const key = store && spec && (await this.#keyOf(store, spec));
    const webhook = {
      id: sent.webhookId,
      timestamp: sent.webhookTimestamp,
      signature: sent.webhookSignature,
      body: sent.body,
    };
    const isSigned = isSignedWith(key ?? this.#nobodysKey, webhook, this.#parts.nowMs());
    return isSigned && key !== undefined;
  }

  async #keyOf(
    store: NotifyingStore,
    { secret }: NonNullable<NotifySpec['signature']>,
  ): Promise<Buffer | undefined> {
    const fetch = (): Promise<SecretValue> => this.#parts.transport.secretOf(secret);
    const found = await this.#secrets.get(valueKey(store, 'secret'), fetch);
    if (found === undefined) throw unavailable('the signing secret of the store cannot be read');
    return signingKeyOf(found.revealText() ?? '');
  }
}
