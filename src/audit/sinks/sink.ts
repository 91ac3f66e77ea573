import type { SinkEntry } from './domain/sink-entry.js';

/** Result of the delivery of a batch. */
export type Delivery =
  | { readonly kind: 'taken' }
  /** `isAnswered`: the receiver responded and failed, which the batch may have caused. */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly isAnswered: boolean;
      readonly retryAfterMs?: number | undefined;
    }
  /** It will never be accepted. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Smaller parts may be accepted. */
  | { readonly kind: 'tooLarge'; readonly reason: string };

export const TAKEN: Delivery = { kind: 'taken' };

/** Receiver of the log's entries; reasons name no content of events. */
export interface Sink {
  readonly name: string;
  /** Delivers entries in order, perhaps more than once. Never rejects; the signal ends it. */
  deliver(entries: readonly SinkEntry[], signal: AbortSignal): Promise<Delivery>;
  /** Resolves once accepted entries are durable; rejects if they may not be. */
  settle(): Promise<void>;
  close(): Promise<void>;
}
