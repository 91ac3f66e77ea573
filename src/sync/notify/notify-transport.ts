import type { SecretValue } from '../../core/secret-value.js';
import { syncLimits } from '../../core/sync-limits.js';
import { OutboundFault } from '../../platform/outbound/domain/outbound-fault.js';
import type { SecretKeyReference } from '../domain/secret-key-reference.js';
import type { StoreConnections } from '../engine/store-connections.js';

/** Reads of what notifications are checked with: Secrets, and documents of other servers. */
export class NotifyTransport {
  readonly #connections: Pick<StoreConnections, 'transportTo' | 'authorityOf' | 'referenced'>;

  constructor(connections: Pick<StoreConnections, 'transportTo' | 'authorityOf' | 'referenced'>) {
    this.#connections = connections;
  }

  /** Returns the value of a key of a Secret. Throws SyncRefused. */
  secretOf(reference: SecretKeyReference): Promise<SecretValue> {
    return this.#connections.referenced(reference);
  }

  /**
   * Returns the body of a GET, by the egress rules of stores, without redirects. Throws
   * OutboundFault; SyncRefused if the authority cannot be read.
   */
  async read(url: URL, caSecret: SecretKeyReference | undefined): Promise<Buffer> {
    const ca = caSecret && (await this.#connections.authorityOf(caSecret));
    const transport = this.#connections.transportTo(new URL(url.origin), ca);
    const headers = { accept: '*/*' };
    const { pathname, search } = url;
    const request = { method: 'GET', path: pathname + search, headers };
    const { status, body } = await transport.send(
      request,
      AbortSignal.timeout(syncLimits.callMsMax),
    );
    const isSmall = body !== undefined && body.length <= syncLimits.notifyKeysBytesMax;
    if (status === 200 && isSmall) return body;
    throw new OutboundFault('TargetFailed', `the server answers with status ${status}`);
  }
}
