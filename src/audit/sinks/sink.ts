import type { SinkEntry } from './domain/sink-entry.js';

/** What became of a batch. */
export type Delivery =
  | { readonly kind: 'taken' }
  /** `isAnswered`: the receiver was there and failed, which a batch may be to blame for. */
  | {
      readonly kind: 'failed';
      readonly reason: string;
      readonly isAnswered: boolean;
      readonly retryAfterMs?: number | undefined;
    }
  /** It never will be taken. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** In smaller parts it may. */
  | { readonly kind: 'tooLarge'; readonly reason: string };

export const TAKEN: Delivery = { kind: 'taken' };

/** A receiver of the log's entries; reasons name no content of events. */
export interface Sink {
  readonly name: string;
  /** Delivers entries in order, perhaps once more. Never rejects; the signal ends it. */
  deliver(entries: readonly SinkEntry[], signal: AbortSignal): Promise<Delivery>;
  /** Resolves once what was taken outlives a crash; rejects where it may not. */
  settle(): Promise<void>;
  close(): Promise<void>;
}
