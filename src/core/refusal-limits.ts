/** Limits on the audit events of refused requests, with units in the names. */
export const refusalLimits = {
  /** Refusals of one credential by its rate limit within this time share a record. */
  refusalAggregateMs: 10_000,
  /** Credentials, and addresses, named in one window; further ones are counted together. */
  refusalAggregatesMax: 1_000,
  /** Refusals without a credential, beyond the first few, share a record within this time. */
  anonymousAggregateMs: 60_000,
  /** The first few refusals of an address, recorded individually, and the interval for one more. */
  anonymousRefusalsOfAddressMax: 20,
  anonymousRefusalOfAddressMs: 60_000,
  /** Events of all addresses together: burst, and a second. At most about 400 MB a day. */
  anonymousRefusalsMax: 4_096,
  anonymousRefusalsPerSecond: 4,
  /** Share of the disk, between these limits, that is left to other events. */
  anonymousFreeShareMin: 0.1,
  /** More than histories leave free, which stop long before the log does. */
  anonymousFreeBytesMin: 48 * 1024 * 1024,
  anonymousFreeBytesMax: 1024 * 1024 * 1024,
  /** Between checks of the free space. */
  freeSpaceCheckMs: 1_000,
} as const;
