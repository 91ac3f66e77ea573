import { limits } from '../../../core/limits.js';

/** Most connections of each pool of a database. */
export interface PoolSizes {
  readonly requests: number;
  readonly work: number;
}

/** Splits this number of connections between requests and work in the background. */
export function poolSizes(connections: number): PoolSizes {
  const work = Math.floor(connections / 2);
  return { requests: connections - work, work };
}

/**
 * Returns how many of a gateway's connections are left for requests and work in the background,
 * after those of its threads.
 */
export function sharedConnections(connectionsMax: number, hasSinks: boolean): number {
  const sinks = hasSinks ? limits.postgresSinkConnections : 0;
  return connectionsMax - limits.postgresAppendConnections - limits.postgresSignConnections - sinks;
}
