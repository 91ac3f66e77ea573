const SECOND_MS = 1_000;

/** Limits on connections to servers other than the API server. */
export const outboundLimits = {
  /** How long the resolution of a name may take. */
  lookUpMsMax: 5 * SECOND_MS,
  /** Addresses of one host that are checked. */
  hostAddressesMax: 32,
  /** Hosts that a feature may connect to, and ranges of addresses of one of them. */
  allowedHostsMax: 1_000,
  allowedRangesMax: 100,
} as const;
