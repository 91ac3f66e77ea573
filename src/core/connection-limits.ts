/** Limits on connections, with units in the names. */
export const connectionLimits = {
  /**
   * Connections of both public listeners together. A connection takes one descriptor and, with TLS,
   * about 74 KB: this many take less than half of a container of 1 GiB. The limit exceeds the
   * streams, waits, sockets and watches of any one owner.
   */
  connectionsDefault: 6_144,
  connectionsMin: 64,
  connectionsMax: 65_536,
  /** Share of connections that have not sent a request head yet, and of one address. */
  connectionsHalfOpenShareMax: 1 / 2,
  connectionsHalfOpenOfAddressShareMax: 1 / 8,
  /** Requests of one connection without a response: Node reads all pipelined requests. */
  connectionUnansweredMax: 32,
  /** Connections of the health listener. */
  healthConnectionsMax: 256,
} as const;
