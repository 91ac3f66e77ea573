import { OutboundFault } from '../../platform/outbound/domain/outbound-fault.js';

/** Reason that a store did not do what was asked; the words are equal in status, API and audit. */
export type StoreReason =
  /** The store refused the credential or the right. */
  | 'StoreDenied'
  /** The store asks for a pause. */
  | 'StoreBusy'
  /** Another state is there than the one that was expected: nothing was written. */
  | 'StoreChanged'
  /** The store does not take this name or these values. */
  | 'StoreRefused'
  /** A value of the store is not text, or has a second reading. */
  | 'NotReadable'
  /** The secret is a credential of the cluster that the store is. */
  | 'ClusterCredential';

/** Reasons after which nothing was changed. A 503 can be of a proxy, after a write. */
const NOTHING_CHANGED: ReadonlySet<string> = new Set([
  'StoreDenied',
  'StoreChanged',
  'StoreRefused',
  'NotReadable',
  'ClusterCredential',
]);

/** Failure of a store, in fixed words: its own text may contain a value. */
export class RemoteFault extends OutboundFault<StoreReason> {
  override readonly name = 'RemoteFault';
  /** Pause that the store demands, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  readonly #isAfterWrite: boolean;

  constructor(
    reason: RemoteFault['reason'],
    message: string,
    options: {
      readonly retryAfterMs?: number | undefined;
      /** Whether a part of the request was carried out before. */
      readonly isAfterWrite?: boolean;
    } = {},
  ) {
    super(reason, message);
    this.retryAfterMs = options.retryAfterMs;
    this.#isAfterWrite = options.isAfterWrite ?? false;
  }

  override get mayHaveChanged(): boolean {
    if (this.#isAfterWrite) return true;
    return super.mayHaveChanged && !NOTHING_CHANGED.has(this.reason);
  }

  /** Returns the same failure of a request whose first part was carried out. */
  afterWrite(): RemoteFault {
    const { reason, message, retryAfterMs } = this;
    return new RemoteFault(reason, message, { retryAfterMs, isAfterWrite: true });
  }
}
