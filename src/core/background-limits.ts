/** Limits on background work on objects of the cluster; each is named after its subject. */
export const backgroundLimits = {
  /** Objects that a replica looks at concurrently, in all and in one namespace. */
  looksAtOnceMax: 64,
  looksAtOncePerNamespaceMax: 4,
  /** Pauses after a failure. */
  lookRetryMsMin: 500,
  lookRetryMsMax: 30_000,
  /** How long the lease of a work holds, and how often it is renewed. */
  leaseMs: 10_000,
  leaseRenewedMs: 2_000,
  /** How long after a renewal an effect may begin. */
  leaseFencedMs: 7_000,
  /** Between two logged failures. */
  faultLoggedMs: 5_000,
  /** Statuses that were written lately, which a watch may not have shown yet. */
  statusesKnownMax: 10_000,
  statusKnownMs: 5_000,
  /** How long the author of a new spec may be unknown, and specs that are remembered for that. */
  authorGraceMs: 10_000,
  authorsAwaitedMax: 10_000,
  /** Pauses before a write that was refused is attempted again. */
  refusedRetryMsMin: 2_000,
  refusedRetryMsMax: 300_000,
  /** Objects whose refused write is remembered. */
  refusedWritesMax: 10_000,
  /** Objects of a list whose state is determined concurrently. */
  viewsAtOnceMax: 16,
} as const;
