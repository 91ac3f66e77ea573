import { connectionLimits } from '../../../core/connection-limits.js';
import { LinkedList, ListItem } from '../../../core/linked-list.js';

/** Why a connection is closed to keep a bound. */
export type ClosedFor = 'half-open-of-address' | 'half-open' | 'idle' | 'full' | 'pipelined';

/** A connection that has to be closed. It does not count any more. */
export interface Evicted<Connection> {
  readonly connection: Connection;
  readonly reason: ClosedFor;
}

export interface ConnectionBounds {
  readonly inAllMax: number;
  readonly halfOpenMax: number;
  readonly halfOpenOfAddressMax: number;
}

/** The bounds of listeners that may have so many connections together. */
export function connectionBounds(inAllMax: number): ConnectionBounds {
  const shareOf = (share: number): number => Math.max(1, Math.floor(inAllMax * share));
  return {
    inAllMax,
    halfOpenMax: shareOf(connectionLimits.connectionsHalfOpenShareMax),
    halfOpenOfAddressMax: shareOf(connectionLimits.connectionsHalfOpenOfAddressShareMax),
  };
}

class Place<Connection> {
  readonly connection: Connection;
  readonly address: string | undefined;
  state: 'half-open' | 'busy' | 'idle' = 'half-open';
  /** In the list of its state. */
  readonly item: ListItem<Place<Connection>> = new ListItem<Place<Connection>>(this);
  /** Among the half-open ones of its address. */
  readonly itemOfAddress: ListItem<Place<Connection>> = new ListItem<Place<Connection>>(this);

  constructor(connection: Connection, address: string | undefined) {
    this.connection = connection;
    this.address = address;
  }
}

/** Half-open connections of one address, the oldest first. */
class OfAddress<Connection> {
  readonly list = new LinkedList<Place<Connection>>();
  size = 0;
}

/**
 * Decides which connection is closed when there are too many. A connection is half-open until the
 * head of its first request has arrived; after that it is busy, or idle between two requests.
 * Beyond a bound the oldest half-open connection is closed and the new one stays: whoever sends a
 * request needs such a place for a moment only, and whoever sends nothing would keep it. A busy
 * connection is never closed.
 */
export class ConnectionPlaces<Connection extends object> {
  readonly #bounds: ConnectionBounds;
  readonly #places = new Map<Connection, Place<Connection>>();
  readonly #halfOpen = new LinkedList<Place<Connection>>();
  readonly #halfOpenOf = new Map<string, OfAddress<Connection>>();
  /** The one that is idle longest comes first. */
  readonly #idle = new LinkedList<Place<Connection>>();
  #halfOpenCount = 0;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#places.size;
  }

  get halfOpen(): number {
    return this.#halfOpenCount;
  }

  /**
   * Counts a new connection and returns the one to close for it, if any. Without an `address` the
   * bound of an address does not hold, as for a proxy whose connections are of many clients.
   */
  add(connection: Connection, address: string | undefined): Evicted<Connection> | undefined {
    const place = new Place(connection, address);
    this.#places.set(connection, place);
    const ofAddress = this.#enterHalfOpen(place);
    const { inAllMax, halfOpenMax, halfOpenOfAddressMax } = this.#bounds;
    if (ofAddress !== undefined && ofAddress.size > halfOpenOfAddressMax) {
      return this.#evict(ofAddress.list.first, 'half-open-of-address');
    }
    if (this.#halfOpenCount > halfOpenMax) return this.#evict(this.#halfOpen.first, 'half-open');
    // The last place is kept free: a listener without one closes what comes before it is counted.
    if (this.size < inAllMax) return undefined;
    if (this.#idle.first !== undefined) return this.#evict(this.#idle.first, 'idle');
    const oldest = this.#halfOpen.first;
    if (oldest !== place.item) return this.#evict(oldest, 'half-open');
    return this.size > inAllMax ? this.#evict(place.item, 'full') : undefined;
  }

  /** The head of a request has arrived. */
  busy(connection: Connection): void {
    const place = this.#places.get(connection);
    if (place === undefined) return;
    this.#leaveState(place);
    place.state = 'busy';
  }

  /** Its requests are answered. Returns it if its place is needed. */
  idle(connection: Connection): Evicted<Connection> | undefined {
    const place = this.#places.get(connection);
    if (place?.state !== 'busy') return undefined;
    if (this.size >= this.#bounds.inAllMax) return this.#evict(place.item, 'idle');
    place.state = 'idle';
    this.#idle.append(place.item);
    return undefined;
  }

  /** The connection has ended. */
  remove(connection: Connection): void {
    const place = this.#places.get(connection);
    if (place === undefined) return;
    this.#leaveState(place);
    this.#places.delete(connection);
  }

  #evict(
    item: ListItem<Place<Connection>> | undefined,
    reason: ClosedFor,
  ): Evicted<Connection> | undefined {
    if (item === undefined) return undefined;
    const { connection } = item.value;
    this.remove(connection);
    return { connection, reason };
  }

  #enterHalfOpen(place: Place<Connection>): OfAddress<Connection> | undefined {
    this.#halfOpen.append(place.item);
    this.#halfOpenCount += 1;
    const { address } = place;
    if (address === undefined) return undefined;
    const ofAddress = this.#halfOpenOf.get(address) ?? new OfAddress<Connection>();
    this.#halfOpenOf.set(address, ofAddress);
    ofAddress.list.append(place.itemOfAddress);
    ofAddress.size += 1;
    return ofAddress;
  }

  #leaveState(place: Place<Connection>): void {
    if (place.state === 'idle') this.#idle.remove(place.item);
    if (place.state !== 'half-open') return;
    this.#halfOpen.remove(place.item);
    this.#halfOpenCount -= 1;
    const { address } = place;
    const ofAddress = address === undefined ? undefined : this.#halfOpenOf.get(address);
    if (address === undefined || ofAddress === undefined) return;
    ofAddress.list.remove(place.itemOfAddress);
    ofAddress.size -= 1;
    if (ofAddress.size === 0) this.#halfOpenOf.delete(address);
  }
}
