/** Limits on shares; each is named after its subject. */
export const shareLimits = {
  keysMax: 16,
  consumersMax: 16,
  subjectsMax: 16,
  /** Characters of `adopt`. */
  adoptMax: 256,
  /** How long the gateway relies on a check of an author's rights. */
  authorCheckedMs: 5_000,
  problemCheckedMs: 1_000,
  /** Shares whose state is remembered. */
  statesMax: 10_000,
  /** Shares or imports of a list whose state is determined concurrently. */
  viewsAtOnceMax: 16,
  /** Tries to record the first use of a share if another replica records one as well. */
  pinTriesMax: 3,
  /** Bytes of the body of a write. */
  bodyBytesMax: 64 * 1_024,
} as const;
