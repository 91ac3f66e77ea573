import type { ParsedStore } from '../domain/store-spec.js';

/** Notification as it was received: fields of its header that are read, and its body. */
export interface StoreNotification {
  readonly webhookId: string | undefined;
  readonly webhookTimestamp: string | undefined;
  readonly webhookSignature: string | undefined;
  readonly authorization: string | undefined;
  readonly body: Uint8Array;
}

/** Notification whose sender is proved. */
export interface ProvedNotification {
  /** Parsed body, or the event in it; undefined if that is not JSON. */
  readonly event: unknown;
  /** Whether something has changed; not so for a message about the subscription itself. */
  readonly hasEvent: boolean;
  /** Id that the signature covers: repeated deliveries have the same. */
  readonly id?: string | undefined;
  /** Whether it is a token of Entra or Google, whose handshakes are answered. */
  readonly isByToken?: boolean;
  /** Carries out what the sender demands before it sends more. Throws OutboundFault. */
  readonly confirm?: (() => Promise<void>) | undefined;
}

/** Store whose notifications are checked. */
export interface NotifyingStore {
  readonly object: Pick<ParsedStore['object'], 'uid' | 'generation'>;
}

/** Returns the key under which values of a spec are remembered: another spec has another key. */
export function valueKey({ object: { uid, generation } }: NotifyingStore, what: string): string {
  return JSON.stringify([uid, generation, what]);
}
