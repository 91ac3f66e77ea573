import type { SecretValue } from '../../core/secret-value.js';
import { type AllowedAddress, hostAndPortOf } from '../../platform/outbound/domain/egress-rules.js';
import { isTargetFailure } from '../domain/target-fault.js';
import { signedPost } from '../targets/webhook/signed-post.js';
import { boundedCall } from '../targets/bounded-call.js';
import { type DeliveryOutcome, classifyDelivery } from './domain/classify-delivery.js';
import {
  EVENT_MEDIA_TYPE,
  type NotificationRow,
  type RotationEvent,
  rotationEvent,
} from './domain/rotation-event.js';

/** Receiver of notifications of runs; set by the operator. */
export interface NotificationEndpoint {
  /** https only. */
  readonly url: string;
  /** Text of the signing key: 24 to 64 bytes, or `whsec_` and as many in base64. */
  readonly secret: SecretValue;
  /** PEM; undefined: the CAs that the system trusts. */
  readonly ca?: string | undefined;
}

/** Resolves a URL to an address. Throws TargetFault. */
export type ResolveEndpoint = (url: URL, signal: AbortSignal) => Promise<AllowedAddress>;

export type DeliverNotification = (
  row: NotificationRow,
  signal: AbortSignal,
) => Promise<DeliveryOutcome>;

/** Sends events in the structured mode of CloudEvents over HTTP, signed as requests of webhooks. */
export class NotificationSender {
  readonly #resolve: ResolveEndpoint;

  /** By default, the system resolves names: the operator chose them, no tenant. */
  constructor(resolve: ResolveEndpoint = byName) {
    this.#resolve = resolve;
  }

  /** Sends one POST and returns its outcome, whatever the receiver does; the signal ends it. */
  async send(
    event: RotationEvent,
    endpoint: NotificationEndpoint,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome> {
    const url = URL.parse(endpoint.url);
    if (url?.protocol !== 'https:') return 'rejected';
    const message = {
      url,
      id: event.id,
      contentType: EVENT_MEDIA_TYPE,
      body: Buffer.from(JSON.stringify(event), 'utf8'),
      signingKey: endpoint.secret,
    };
    const bounded = boundedCall(signal);
    try {
      const address = await this.#resolve(url, bounded);
      const place = { address, tls: { mode: 'verify-full' as const, ca: endpoint.ca } };
      return classifyDelivery((await signedPost(message, place, bounded)).status);
    } catch (error) {
      // An operator may correct a wrong address, CA or key.
      if (isTargetFailure(error)) return 'retry';
      throw error;
    }
  }
}

/** Delivers rows to one endpoint. */
export function deliverTo(
  sender: NotificationSender,
  endpoint: NotificationEndpoint,
): DeliverNotification {
  return (row, signal) => sender.send(rotationEvent(row), endpoint, signal);
}

function byName(url: URL): Promise<AllowedAddress> {
  const { host, port } = hostAndPortOf(url);
  return Promise.resolve({ address: host, port, serverName: host });
}
