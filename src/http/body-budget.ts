import { SallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { wholeSeconds } from './domain/rate-limit-fields.js';
import { RateLimiter } from './rate-limiter.js';

/** What one body takes of the budget. */
export interface BodyShare {
  /** Bytes charged so far. */
  readonly bytes: number;
  /** Charges bytes that were not announced. Throws TooManyRequests. */
  grow(bytes: number): void;
  /** Charges what a body has of members before it is parsed. Throws TooManyRequests. */
  parse(members: number): void;
  /** To be called once the request is over. Idempotent. */
  release(): void;
}

/**
 * Bytes of request bodies, of each user and of all: those that have arrived or are announced and
 * whose answer has not left, and those of each second. Counted before they cost anything.
 */
export class BodyBudget {
  readonly #nowMs: () => number;
  readonly #ofUsers = new Map<string, number>();
  readonly #rates = new RateLimiter({
    requestsPerSecond: limits.bodyBytesPerSecond,
    burst: limits.bodyBytesBurst,
    keysMax: limits.bodyUsersMax,
  });
  #inAll = 0;

  /** `nowMs` must never go backwards: not the time of day. */
  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** A body of which so much is announced; 0 where its length is not. Throws TooManyRequests. */
  begin(user: string, announcedBytes: number): BodyShare {
    this.#take(user, announcedBytes, announcedBytes);
    let bytes = announcedBytes;
    let isOver = false;
    return {
      get bytes() {
        return bytes;
      },
      grow: (more) => {
        if (isOver) return;
        this.#take(user, more, bytes + more);
        bytes += more;
      },
      parse: (members) => {
        const counted = Math.max(0, members - limits.jsonMembersFree);
        this.#spend(user, counted * limits.jsonMemberBytes);
      },
      release: () => {
        if (isOver) return;
        isOver = true;
        this.#give(user, bytes);
      },
    };
  }

  /** Bytes charged now. */
  get bytes(): number {
    return this.#inAll;
  }

  /** `bodyBytes`: of the whole body, as far as known. */
  #take(user: string, bytes: number, bodyBytes: number): void {
    const ofUser = (this.#ofUsers.get(user) ?? 0) + bytes;
    if (ofUser > limits.bodiesOfUserBytesMax) {
      throw tooMany('too many bytes of request bodies at once with this credential', 1_000);
    }
    const isSmall = bodyBytes <= limits.smallBodyBytesMax;
    const reserve = isSmall ? 0 : limits.bodiesSmallReserveBytes;
    if (this.#inAll + bytes > limits.bodiesInAllBytesMax - reserve) {
      throw tooMany('too many bytes of request bodies at once', 1_000);
    }
    this.#spend(user, bytes);
    this.#ofUsers.set(user, ofUser);
    this.#inAll += bytes;
  }

  #spend(user: string, bytes: number): void {
    if (bytes === 0) return;
    const turn = this.#rates.take(user, this.#nowMs(), bytes);
    if (turn.isAllowed) return;
    throw tooMany('too many bytes of request bodies a second with this credential', turn.waitMs);
  }

  #give(user: string, bytes: number): void {
    const left = (this.#ofUsers.get(user) ?? 0) - bytes;
    if (left > 0) this.#ofUsers.set(user, left);
    else this.#ofUsers.delete(user);
    this.#inAll -= bytes;
  }
}

function tooMany(detail: string, waitMs: number): SallyportError {
  const headers = { 'retry-after': String(wholeSeconds(waitMs)) };
  return new SallyportError('TooManyRequests', detail, { headers });
}
