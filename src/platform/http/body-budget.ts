import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { wholeSeconds } from './domain/rate-limit-fields.js';
import { ByteRate } from './byte-rate.js';

/** What one body takes of the budget. */
export interface BodyShare {
  /** Bytes charged so far. */
  readonly bytes: number;
  /** The body is being read from now on; `end` ends that where others need its room. */
  startReading(end: (reason: SallyportError) => void): void;
  /** It has arrived, or will not. */
  stopReading(): void;
  /** Charges bytes that were not announced. Throws TooManyRequests. */
  grow(bytes: number): void;
  /** Counts bytes that have arrived; milliseconds until more may be read, 0 if none. */
  arrived(bytes: number): number;
  /**
   * Counts what a body has of members; milliseconds until it may be parsed, 0 if none. Throws
   * TooManyRequests where that is long.
   */
  parse(members: number): number;
  /** To be called once the request is over. Idempotent. */
  release(): void;
}

/**
 * Bytes of request bodies, of each user and of all: those that have arrived or are announced and
 * whose answer has not left, and those of each second. Counted before they cost anything. Whoever
 * sends faster is read more slowly, and refused only where a body would wait for long.
 */
export class BodyBudget {
  readonly #nowMs: () => number;
  readonly #ofUsers = new Map<string, number>();
  /** Those that are being read, oldest first. */
  readonly #reading = new Map<HeldBytes, (reason: SallyportError) => void>();
  readonly #rate: ByteRate;
  #inAll = 0;

  /** `nowMs` must never go backwards: not the time of day. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    const policy = {
      bytesPerSecond: limits.bodyBytesPerSecond,
      burstBytes: limits.bodyBytesBurst,
      // More than a new body waits: those that are being read add to it.
      waitMsMax: 2 * limits.bodyWaitMsMax,
      usersMax: limits.byteUsersMax,
    };
    this.#rate = new ByteRate(policy, nowMs);
  }

  /** A body of which so much is announced; 0 where its length is not. Throws TooManyRequests. */
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

  /** Counts bytes; milliseconds until it is their turn. Throws TooManyRequests where it is long. */
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

  /** Bodies that take long to arrive make room, so that nobody keeps others out with them. */
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
  /** Milliseconds of a clock that never goes back. */
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
