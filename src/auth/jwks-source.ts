import { type CryptoKey, importJWK } from 'jose';
import type { Clock } from '../core/clock.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { CredentialRefused } from './credential-verifier.js';
import { keysFor, type PublicKey } from './domain/key-set.js';
import type { TokenHeader } from './domain/token-header.js';

const TICK_MS = 1_000;

export interface JwksSourceDependencies {
  /** Owner of the keys, for alarms. */
  readonly name: string;
  readonly clock: Clock;
  readonly fetch: () => Promise<readonly PublicKey[]>;
  readonly onAlarm: (message: string) => void;
}

interface KeptKeys {
  readonly keys: readonly PublicKey[];
  readonly imported: Map<PublicKey, Promise<CryptoKey>>;
  readonly fetchedAtMs: number;
}

/**
 * Public keys of one issuer, fetched in the background. Tokens cannot cause more than one fetch in
 * 30 s. While the issuer is unreachable, the last good set is used for an hour.
 */
export class JwksSource {
  readonly #parts: JwksSourceDependencies;
  #kept: KeptKeys | undefined;
  #fetching: Promise<void> | undefined;
  #attemptedAtMs = Number.NEGATIVE_INFINITY;
  #isFailing = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: JwksSourceDependencies) {
    this.#parts = parts;
  }

  /** Changes with each fetched set of keys, and when there is no set any more. */
  get generation(): object | undefined {
    return this.#current();
  }

  /** Fetches now, and later whenever a fetch is due. */
  start(): void {
    this.#timer ??= setInterval(() => void this.refreshIfDue(), TICK_MS).unref();
    void this.refreshIfDue();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Refreshes; never rejects: a failure raises an alarm, and the previous set stays. */
  async refreshIfDue(): Promise<void> {
    const kept = this.#current();
    const everyMs =
      kept === undefined
        ? limits.jwksFirstFetchEveryMs
        : this.#isFailing
          ? limits.jwksFetchEveryMs
          : limits.jwksRefreshMs;
    if (this.#sinceAttemptMs() >= everyMs) await this.#fetch();
  }

  /** Waits for a first set that is being fetched or due; there may be none afterwards. */
  async untilFetched(): Promise<void> {
    if (this.#current() === undefined) await (this.#fetching ?? this.refreshIfDue());
  }

  /**
   * Returns the keys that may have signed a token with this header. CredentialRefused if there is
   * none, Unavailable if it is unknown.
   */
  async keysFor(header: TokenHeader): Promise<readonly CryptoKey[]> {
    await this.untilFetched();
    const kept = this.#current();
    if (kept === undefined) {
      const retryAfterSeconds = Math.ceil(limits.jwksFirstFetchEveryMs / 1_000);
      throw unavailable('the keys of the token issuer cannot be read', { retryAfterSeconds });
    }
    const found = keysFor(kept.keys, header);
    if (found.length > 0) return importAll(found, header.algorithm, kept.imported);
    const renewed = await this.#afterUnknownKey(kept);
    const late = keysFor(renewed.keys, header);
    if (late.length === 0) throw new CredentialRefused('unknown key id');
    return importAll(late, header.algorithm, renewed.imported);
  }

  /** Returns the set after a new fetch, unless the last fetch was a moment ago. */
  async #afterUnknownKey(kept: KeptKeys): Promise<KeptKeys> {
    if (this.#sinceAttemptMs() >= limits.jwksFetchEveryMs) await this.#fetch();
    else await this.#fetching;
    return this.#current() ?? kept;
  }

  #current(): KeptKeys | undefined {
    const kept = this.#kept;
    if (kept === undefined) return undefined;
    return this.#parts.clock.monotonicMs() - kept.fetchedAtMs <= limits.jwksKeptMs
      ? kept
      : undefined;
  }

  #sinceAttemptMs(): number {
    return this.#parts.clock.monotonicMs() - this.#attemptedAtMs;
  }

  /** Fetches once for concurrent callers. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#fetchOnce().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #fetchOnce(): Promise<void> {
    const { clock, fetch } = this.#parts;
    this.#attemptedAtMs = clock.monotonicMs();
    try {
      const keys = await fetch();
      this.#kept = { keys, imported: new Map(), fetchedAtMs: clock.monotonicMs() };
      this.#isFailing = false;
    } catch (error) {
      this.#noteFailure(error);
    }
  }

  /** Raises one alarm when failures begin, and one when the keys are too old. */
  #noteFailure(error: unknown): void {
    const { name, onAlarm } = this.#parts;
    const hadKeys = this.#kept !== undefined;
    const isOver = hadKeys && this.#current() === undefined;
    if (!this.#isFailing || isOver) {
      const effect = isOver
        ? 'the last ones are too old, its tokens are not accepted'
        : hadKeys
          ? 'the last ones are used for an hour'
          : 'its tokens are not accepted';
      onAlarm(`the keys of ${name} cannot be fetched (${reasonOf(error)}): ${effect}`);
    }
    if (isOver) this.#kept = undefined;
    this.#isFailing = true;
  }
}

/** Imports keys; a key that cannot be imported counts as absent. */
async function importAll(
  keys: readonly PublicKey[],
  algorithm: string,
  imported: KeptKeys['imported'],
): Promise<readonly CryptoKey[]> {
  const settled = await Promise.allSettled(
    keys.map((key) => {
      // A key without its own algorithm is imported for each requested algorithm.
      const known = key.alg === undefined ? undefined : imported.get(key);
      const importing = known ?? (importJWK({ ...key }, algorithm) as Promise<CryptoKey>);
      if (key.alg !== undefined) imported.set(key, importing);
      return importing;
    }),
  );
  const good = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (good.length === 0) throw new CredentialRefused('the key is no valid one');
  return good;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as NodeJS.ErrnoException;
  return code ?? error.message;
}
