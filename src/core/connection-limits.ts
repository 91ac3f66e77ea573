/** Bounds of connections, with their units in the names. */
export const connectionLimits = {
  /**
   * Of both public listeners together. A connection takes one descriptor and,
   * with TLS, about 74 KB: so many take less than half of a container of 1 GiB. It is more than
   * the streams, waits, sockets and watches of any one owner.
   */
  connectionsDefault: 6_144,
  connectionsMin: 64,
  connectionsMax: 65_536,
  /** The share of connections that have not sent the head of a request yet, and of one address. */
  connectionsHalfOpenShareMax: 1 / 2,
  connectionsHalfOpenOfAddressShareMax: 1 / 8,
  /** Requests of one connection that are not answered: Node reads on, whatever is sent at once. */
  connectionUnansweredMax: 32,
  /** Of the health listener. */
  healthConnectionsMax: 256,
} as const;
