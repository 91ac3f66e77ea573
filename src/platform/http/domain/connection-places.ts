import { connectionLimits } from '../../../core/connection-limits.js';
import { LinkedList, ListItem } from '../../../core/linked-list.js';

/** Limit for which a connection is closed. */
export type ClosedFor = 'half-open-of-address' | 'half-open' | 'idle' | 'full' | 'pipelined';

/** Connection that must be closed. It no longer counts. */
export interface Evicted<Connection> {
  readonly connection: Connection;
  readonly reason: ClosedFor;
}

export interface ConnectionBounds {
  readonly inAllMax: number;
  readonly halfOpenMax: number;
  readonly halfOpenOfAddressMax: number;
}

/** Returns the limits of listeners that may have this many connections together. */
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
  /** Item in the list of its state. */
  readonly item: ListItem<Place<Connection>> = new ListItem<Place<Connection>>(this);
  /** Item among the half-open connections of its address. */
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
 * Selection of the connection to close when there are too many. A connection is half-open until the
 * head of its first request arrives, then busy, or idle between two requests. Beyond a limit, the
 * oldest half-open connection is closed. A sender of requests needs such a slot only briefly, but
 * an idle client would occupy it. A busy connection is never closed.
 */
export class ConnectionPlaces<Connection extends object> {
  readonly #bounds: ConnectionBounds;
  readonly #places = new Map<Connection, Place<Connection>>();
  readonly #halfOpen = new LinkedList<Place<Connection>>();
  readonly #halfOpenOf = new Map<string, OfAddress<Connection>>();
  /** The connection that is idle longest comes first. */
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
   * Counts a new connection and returns the connection to close for it, if any. Without an
   * `address`, no limit of an address applies, as for a proxy with many clients.
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
    // The last slot stays free: a full listener closes connections before they are counted.
    if (this.size < inAllMax) return undefined;
    if (this.#idle.first !== undefined) return this.#evict(this.#idle.first, 'idle');
    const oldest = this.#halfOpen.first;
    if (oldest !== place.item) return this.#evict(oldest, 'half-open');
    return this.size > inAllMax ? this.#evict(place.item, 'full') : undefined;
  }

  /** Marks a connection whose request head has arrived. */
  busy(connection: Connection): void {
    const place = this.#places.get(connection);
    if (place === undefined) return;
    this.#leaveState(place);
    place.state = 'busy';
  }

  /** Marks a connection whose requests have responses. Returns it if its slot is needed. */
  idle(connection: Connection): Evicted<Connection> | undefined {
    const place = this.#places.get(connection);
    if (place?.state !== 'busy') return undefined;
    if (this.size >= this.#bounds.inAllMax) return this.#evict(place.item, 'idle');
    place.state = 'idle';
    this.#idle.append(place.item);
    return undefined;
  }

  /** Removes an ended connection. */
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
