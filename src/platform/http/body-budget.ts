import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { wholeSeconds } from './domain/rate-limit-fields.js';
import { ByteRate } from './byte-rate.js';

/** Share of the budget that one body takes. */
export interface BodyShare {
  /** Bytes charged so far. */
  readonly bytes: number;
  /** Marks the body as being read; `end` ends the body if others need its room. */
  startReading(end: (reason: SallyportError) => void): void;
  /** Marks the body as received or abandoned. */
  stopReading(): void;
  /** Charges unannounced bytes. Throws TooManyRequests. */
  grow(bytes: number): void;
  /** Counts received bytes; returns milliseconds until more may be read, 0 if none. */
  arrived(bytes: number): number;
  /**
   * Counts the members of a body; returns milliseconds until it may be parsed, 0 if none. Throws
   * TooManyRequests if the wait is long.
   */
  parse(members: number): number;
  /** Releases the share once the request is over. Idempotent. */
  release(): void;
}

/**
 * Budget for bytes of request bodies, of each user and of all. It counts announced or received
 * bytes until the response is sent, and bytes a second. Bytes count before they cost anything. Fast
 * senders are read more slowly, and refused only if a body would wait for long.
 */
export class BodyBudget {
  readonly #nowMs: () => number;
  readonly #ofUsers = new Map<string, number>();
  /** Bodies that are being read, oldest first. */
  readonly #reading = new Map<HeldBytes, (reason: SallyportError) => void>();
  readonly #rate: ByteRate;
  #inAll = 0;

  /** `nowMs` must never go backwards: not the time of day. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    const policy = {
      bytesPerSecond: limits.bodyBytesPerSecond,
      burstBytes: limits.bodyBytesBurst,
      // More than a new body waits: bodies that are being read add to it.
      waitMsMax: 2 * limits.bodyWaitMsMax,
      usersMax: limits.byteUsersMax,
    };
    this.#rate = new ByteRate(policy, nowMs);
  }

  /** Begins a body of the announced size; 0 if none is announced. Throws TooManyRequests. */
  begin(user: string, announcedBytes: number): BodyShare {
    this.#turn(user, 0);
    const held: HeldBytes = { user, bytes: 0, since: this.#nowMs(), isOver: false };
    this.#take(held, announcedBytes);
    return {
      get bytes() {
        return held.bytes;
      },
      startReading: (end) => void this.#reading.set(held, end),
      stopReading: () => void this.#reading.delete(held),
      grow: (more) => {
        if (!held.isOver) this.#take(held, more);
      },
      arrived: (count) => {
        this.#rate.add(user, count);
        return this.#rate.waitMs(user);
      },
      parse: (members) => {
        const counted = members - limits.jsonMembersFree;
        return counted > 0 ? this.#turn(user, counted * limits.jsonMemberBytes) : 0;
      },
      release: () => this.#release(held),
    };
  }

  /** Bytes charged now. */
  get bytes(): number {
    return this.#inAll;
  }

  /** Counts bytes; returns milliseconds to wait. Throws TooManyRequests if the wait is long. */
  #turn(user: string, bytes: number): number {
    const waitMs = this.#rate.waitMs(user);
    if (waitMs > limits.bodyWaitMsMax) {
      throw tooMany('too many bytes of request bodies a second with this credential', waitMs);
    }
    this.#rate.add(user, bytes);
    return waitMs;
  }

  #take(held: HeldBytes, bytes: number): void {
    const { user } = held;
    const ofUser = (this.#ofUsers.get(user) ?? 0) + bytes;
    if (ofUser > limits.bodiesOfUserBytesMax) {
      throw tooMany('too many bytes of request bodies at once with this credential', 1_000);
    }
    const isSmall = held.bytes + bytes <= limits.smallBodyBytesMax;
    const roomBytes =
      limits.bodiesInAllBytesMax - (isSmall ? 0 : limits.bodiesSmallReserveBytes) - bytes;
    if (this.#inAll > roomBytes) this.#endOldest(held, roomBytes);
    if (this.#inAll > roomBytes) throw tooManyAtOnce();
    this.#ofUsers.set(user, (this.#ofUsers.get(user) ?? 0) + bytes);
    this.#inAll += bytes;
    held.bytes += bytes;
  }

  /** Ends bodies that take long to arrive, so that they cannot exclude other users. */
  #endOldest(newcomer: HeldBytes, roomBytes: number): void {
    const before = this.#nowMs() - limits.bodyKeptMsMin;
    for (const [held, end] of this.#reading) {
      if (this.#inAll <= roomBytes || held.since > before) return;
      if (held === newcomer) continue;
      end(tooManyAtOnce());
      this.#release(held);
    }
  }

  #release(held: HeldBytes): void {
    if (held.isOver) return;
    held.isOver = true;
    this.#reading.delete(held);
    const left = (this.#ofUsers.get(held.user) ?? 0) - held.bytes;
    if (left > 0) this.#ofUsers.set(held.user, left);
    else this.#ofUsers.delete(held.user);
    this.#inAll -= held.bytes;
  }
}

interface HeldBytes {
  readonly user: string;
  bytes: number;
  /** Milliseconds of a monotonic clock. */
  readonly since: number;
  isOver: boolean;
}

function tooManyAtOnce(): SallyportError {
  return tooMany('too many bytes of request bodies at once', 1_000);
}

function tooMany(detail: string, waitMs: number): SallyportError {
  const headers = { 'retry-after': String(wholeSeconds(waitMs)) };
  return new SallyportError('TooManyRequests', detail, { headers });
}
