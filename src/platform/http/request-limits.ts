import { addressGroup } from '../../core/address-group.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import type { Principal } from '../../core/principal.js';
import { RecentMap } from '../../core/recent-map.js';
import { FAILURE_WINDOW_MS } from './domain/failed-credential-window.js';
import { type RateLimitState, rateLimitFields, wholeSeconds } from './domain/rate-limit-fields.js';
import { FailedCredentials } from './failed-credentials.js';
import { ByteRate } from './byte-rate.js';
import { RateLimiter } from './rate-limiter.js';

export interface RequestLimitSettings {
  readonly requestsPerSecond: number;
  readonly burst: number;
  readonly failedCredentialsPerMinute: number;
  readonly responseBytesPerSecond: number;
}

/** Owner of a request, as far as it is counted. */
type CountedPrincipal = Pick<Principal, 'kind' | 'credentialId' | 'username'>;

const PER_CREDENTIAL = 'credential';
const PER_ADDRESS = 'address';
const TOO_MANY_BYTES =
  'too many bytes of responses to this user (limits.responseBytesPerSecond): wait as Retry-After says';
const FAILED_CREDENTIALS = 'failed-credentials';

/**
 * Limits of each credential and each address, across all transports. Streams also count what they
 * send after their start with `admit`. All state is bounded and in this process.
 */
export class RequestLimits {
  readonly #settings: RequestLimitSettings;
  readonly #nowMs: () => number;
  readonly #credentials: RateLimiter;
  readonly #addresses: RateLimiter;
  readonly #failed: FailedCredentials;
  /** Rate of users, who may have many credentials. */
  readonly #answers: ByteRate;
  /** Fingerprints of recently valid credentials. */
  readonly #known = new RecentMap<number, true>({
    entriesMax: limits.knownCredentialsMax,
    keptMs: limits.knownCredentialKeptMs,
  });

  /** `nowMs` must never go backwards: not the time of day. */
  constructor(settings: RequestLimitSettings, nowMs: () => number = () => performance.now()) {
    const { requestsPerSecond, burst } = settings;
    this.#settings = settings;
    this.#nowMs = nowMs;
    const policy = { requestsPerSecond, burst };
    this.#credentials = new RateLimiter({ ...policy, keysMax: limits.limitedCredentialsMax });
    this.#addresses = new RateLimiter({ ...policy, keysMax: limits.limitedAddressesMax });
    this.#failed = new FailedCredentials({
      credentialsMax: settings.failedCredentialsPerMinute,
      addressesMax: limits.limitedAddressesMax,
    });
    const answers = {
      bytesPerSecond: settings.responseBytesPerSecond,
      burstBytes: (settings.responseBytesPerSecond * limits.answerBurstMs) / 1_000,
      waitMsMax: limits.answerWaitMsMax,
      usersMax: limits.byteUsersMax,
    };
    this.#answers = new ByteRate(answers, nowMs);
  }

  /**
   * Counts a request of an authenticated caller, or as many as its work costs; returns the header
   * fields, or throws TooManyRequests.
   */
  admit(principal: CountedPrincipal, requests = 1): Readonly<Record<string, string>> {
    this.#requireAnswerRoom(principal);
    const { kind, credentialId, username } = principal;
    const id = credentialId === '' ? username : credentialId;
    const nowMs = this.#nowMs();
    const turn = this.#credentials.take(`${kind} ${this.#keyOf(id)}`, nowMs, requests);
    const state = this.#stateOf(PER_CREDENTIAL, turn.remaining);
    if (!turn.isAllowed) {
      throw tooMany('too many requests with this credential', state, turn.waitMs);
    }
    return rateLimitFields({ ...state, resetMs: turn.fullAtMs - nowMs });
  }

  /** Counts bytes that will be rendered for a caller. Throws TooManyRequests. */
  admitAnswer(principal: CountedPrincipal, bytes: number): void {
    this.#requireAnswerRoom(principal);
    this.answered(principal, bytes);
  }

  /** Counts bytes rendered for a caller: the next request waits for bytes beyond the rate. */
  answered({ kind, username }: CountedPrincipal, bytes: number): void {
    this.#answers.add(`${kind} ${username}`, bytes);
  }

  /**
   * Checks the address before a credential causes a cluster call or a database query. Throws
   * TooManyRequests if the address has used up its failures, unless the credential was recently
   * valid. A free check (`isLocal`) is always made, so that other users of an address lock nobody
   * out.
   */
  beforeRemoteCheck(address: string, credential: string, isLocal: () => boolean): void {
    const group = addressGroup(address);
    const waitMs = this.#failed.usedUpFor(group, this.#nowMs());
    if (waitMs === undefined || isLocal()) return;
    if (this.#known.get(this.#failed.fingerprint(credential))) return;
    // Known to be invalid: the response stays 401, although it is not checked again.
    if (this.#failed.hasFailed(group, credential)) {
      throw new SallyportError('Unauthenticated', 'a valid bearer token is needed', {
        internal: 'failed before, within the minute',
      });
    }
    throw this.#tooManyFailures(waitMs);
  }

  /** Remembers that a credential was valid. */
  remember(credential: string): void {
    this.#known.set(this.#failed.fingerprint(credential), true, this.#nowMs());
  }

  /** Counts an invalid credential; returns the error that replaces 401 beyond the limit. */
  credentialFailed(address: string, credential: string): SallyportError | undefined {
    const waitMs = this.#failed.add(addressGroup(address), credential, this.#nowMs());
    return waitMs === undefined ? undefined : this.#tooManyFailures(waitMs);
  }

  /** Counts a refusal of an unknown caller; returns the error that replaces it beyond the limit. */
  anonymousRefused(address: string): SallyportError | undefined {
    const turn = this.#addresses.take(addressGroup(address), this.#nowMs());
    if (turn.isAllowed) return undefined;
    const state = this.#stateOf(PER_ADDRESS, turn.remaining);
    return tooMany('too many refused requests from this address', state, turn.waitMs);
  }

  /** Returns the number of entries, by kind. */
  get sizes() {
    return {
      credentials: this.#credentials.size,
      addresses: this.#addresses.size,
      failingAddresses: this.#failed.size,
      knownCredentials: this.#known.size,
    };
  }

  #requireAnswerRoom({ kind, username }: CountedPrincipal): void {
    const waitMs = this.#answers.waitMs(`${kind} ${username}`);
    if (waitMs === 0) return;
    throw new SallyportError('TooManyRequests', TOO_MANY_BYTES, {
      internal: 'rate limit: bytes of responses',
      headers: { 'retry-after': String(wholeSeconds(waitMs)) },
    });
  }

  #keyOf(credentialId: string): string {
    if (credentialId.length <= limits.limitedCredentialIdCharactersMax) return credentialId;
    return `#${this.#failed.fingerprint(credentialId)}`;
  }

  #stateOf(policy: string, remaining: number): Omit<RateLimitState, 'resetMs'> {
    const { burst, requestsPerSecond } = this.#settings;
    const windowMs = (burst / requestsPerSecond) * 1_000;
    return { policy, quota: burst, windowMs, remaining };
  }

  #tooManyFailures(waitMs: number): SallyportError {
    const quota = this.#settings.failedCredentialsPerMinute;
    const state = { policy: FAILED_CREDENTIALS, quota, windowMs: FAILURE_WINDOW_MS, remaining: 0 };
    return tooMany('too many wrong credentials from this address', state, waitMs);
  }
}

function tooMany(
  detail: string,
  state: Omit<RateLimitState, 'resetMs'>,
  waitMs: number,
): SallyportError {
  return new SallyportError('TooManyRequests', detail, {
    internal: `rate limit: ${state.policy}`,
    headers: {
      ...rateLimitFields({ ...state, resetMs: waitMs }),
      'retry-after': String(wholeSeconds(waitMs)),
    },
  });
}
