/** Bounds of what refused requests may write into the audit trail, with units in the names. */
export const refusalLimits = {
  /** Refusals of one credential by its rate limit are recorded together. */
  refusalAggregateMs: 10_000,
  /** Credentials, and addresses, that are named in one such window; others are counted together. */
  refusalAggregatesMax: 1_000,
  /** Refusals without a credential beyond the first few are recorded together. */
  anonymousAggregateMs: 60_000,
  /** Those first few: recorded one by one for an address at once, and one more every so often. */
  anonymousRefusalsOfAddressMax: 20,
  anonymousRefusalOfAddressMs: 60_000,
  /** Events of all addresses together: at once, and a second. About 400 MB a day at the most. */
  anonymousRefusalsMax: 4_096,
  anonymousRefusalsPerSecond: 4,
  /** Less room than this share of the disk, between these bounds, is left to other events. */
  anonymousFreeShareMin: 0.1,
  /** More than histories leave, which stop long before the log does. */
  anonymousFreeBytesMin: 48 * 1024 * 1024,
  anonymousFreeBytesMax: 1024 * 1024 * 1024,
  /** Between checks of the room that is left. */
  freeSpaceCheckMs: 1_000,
} as const;
