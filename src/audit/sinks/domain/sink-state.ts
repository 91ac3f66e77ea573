/** State of a sink; words for operators. */
export interface SinkState {
  readonly name: string;
  /** Entries of the log that it was not fed. */
  readonly lagEvents: number;
  /** Entries that it did not accept. */
  readonly deadLetters: number;
  /** Start and reason of its failing deliveries. */
  readonly failing?: { readonly sinceMs: number; readonly reason: string };
}

export interface WarningBounds {
  readonly lagEvents: number;
  readonly failingMs: number;
}

/** Returns what an operator should check, for readers of the health listener. */
export function sinkWarning(
  { lagEvents, deadLetters, failing }: SinkState,
  bounds: WarningBounds,
  nowMs: number,
): string | undefined {
  const texts: string[] = [];
  if (failing !== undefined && nowMs - failing.sinceMs >= bounds.failingMs) {
    texts.push(`takes nothing since ${new Date(failing.sinceMs).toISOString()}`);
  }
  if (lagEvents >= bounds.lagEvents) texts.push(`is ${lagEvents} events behind`);
  if (deadLetters > 0) texts.push(`would not take ${deadLetters} events`);
  return texts.length === 0 ? undefined : texts.join(', ');
}
