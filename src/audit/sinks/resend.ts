import type { DeadLetters } from './dead-letters.js';
import { type SinkEntry, halvesOf } from './domain/sink-entry.js';
import type { Sink } from './sink.js';

export interface Resent {
  readonly taken: number;
  /** Why the sink did not take the last that it did not; undefined where it took all. */
  readonly reason?: string;
}

export interface ResendDependencies {
  readonly sink: Sink;
  readonly letters: Pick<DeadLetters, 'from' | 'remove'>;
  readonly onProgress: (taken: number) => void;
}

/**
 * Sends a sink's dead letters once more, in the order of the log. A batch that is refused is sent
 * in halves, so that what is to blame is alone in the end; it stays. Ends early where the sink
 * fails, or takes nothing of a batch. Throws where the database cannot be used.
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
    // Each sink has deadlines of its own; whoever called this can end the process.
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
