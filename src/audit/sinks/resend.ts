import type { DeadLetters } from './dead-letters.js';
import { type SinkEntry, halvesOf } from './domain/sink-entry.js';
import type { Sink } from './sink.js';

export interface Resent {
  readonly taken: number;
  /** Why the sink did not accept the last refused entry; undefined if it accepted all. */
  readonly reason?: string;
}

export interface ResendDependencies {
  readonly sink: Sink;
  readonly letters: Pick<DeadLetters, 'from' | 'remove'>;
  readonly onProgress: (taken: number) => void;
}

/**
 * Sends a sink's dead letters once more, in the order of the log. A refused batch is sent in
 * halves, so that in the end only the faulty entry remains. Ends early if the sink fails, or
 * accepts nothing of a batch. Throws if the database cannot be used.
 */
export async function resendDeadLetters({ sink, letters, onProgress }: ResendDependencies) {
  let taken = 0;
  let reason: string | undefined;
  let batch = await letters.from(0);
  while (batch.length > 0) {
    const result = await sendParts(sink, batch, (part) => letters.remove(part));
    taken += result.taken;
    reason = result.reason ?? reason;
    onProgress(taken);
    if (result.isOver || result.taken === 0) break;
    batch = await letters.from((batch.at(-1)?.leafIndex ?? 0) + 1);
  }
  return { taken, ...(reason !== undefined && { reason }) } satisfies Resent;
}

async function sendParts(
  sink: Sink,
  batch: readonly SinkEntry[],
  onTaken: (part: readonly SinkEntry[]) => Promise<void>,
): Promise<Resent & { readonly isOver: boolean }> {
  const parts = [batch];
  let taken = 0;
  let reason: string | undefined;
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    // Each sink has its own deadlines; the caller can end the process.
    const delivery = await sink.deliver(part, new AbortController().signal);
    if (delivery.kind === 'taken') {
      await sink.settle();
      await onTaken(part);
      taken += part.length;
      continue;
    }
    reason = delivery.reason;
    if (delivery.kind === 'failed') return { taken, reason, isOver: true };
    parts.unshift(...(halvesOf(part) ?? []));
  }
  return { taken, isOver: false, ...(reason !== undefined && { reason }) };
}
