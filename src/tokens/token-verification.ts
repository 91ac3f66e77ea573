import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../core/clock.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { Principal } from '../core/principal.js';
import { RecentMap } from '../core/recent-map.js';
import type { ActingRights } from './acting-rights.js';
import { principalOf } from './domain/stored-identity.js';
import { type Acting, serviceAccountsOf, type TokenRecord } from './domain/token-record.js';
import { parseToken, type TokenParts } from './domain/token-text.js';
import type { TokenUses } from './token-uses.js';
import type { TokensStore } from './tokens.store.js';

/** Reason that a token is refused: for the audit trail, never for the caller. */
export interface TokenRefused {
  readonly refusal: string;
}

/** Token as found lately, with its principals. */
interface KnownToken {
  readonly record: TokenRecord;
  readonly principal: Principal;
  readonly acting: readonly (Pick<Acting, 'target'> & { readonly owner: Principal })[];
  readonly untilMs: number;
}

/** Replaces a token, because an absent value would let an older one through. */
const REVOKED = 'revoked';

/** Compared if there is no such token, so that both take equal time. */
const nobody = hashOf('');

/** Verification of the gateway's own tokens. */
export class TokenVerification {
  readonly #store: Pick<TokensStore, 'find' | 'remove'>;
  readonly #rights: ActingRights;
  readonly #uses: TokenUses;
  readonly #clock: Clock;
  readonly #isRevoked: (id: string) => boolean;
  readonly #known = new RecentMap<string, KnownToken | typeof REVOKED>({
    entriesMax: limits.ownTokensKeptMax,
    keptMs: limits.ownTokenKeptMs,
  });
  readonly #listeners: ((ids: readonly string[]) => void)[] = [];
  #revocations = 0;

  constructor(parts: {
    readonly store: Pick<TokensStore, 'find' | 'remove'>;
    readonly rights: ActingRights;
    readonly uses: TokenUses;
    readonly clock: Clock;
    /** Reports whether the trail lists a token as revoked, whatever the database contains. */
    readonly isRevoked: (id: string) => boolean;
  }) {
    this.#store = parts.store;
    this.#rights = parts.rights;
    this.#uses = parts.uses;
    this.#clock = parts.clock;
    this.#isRevoked = parts.isRevoked;
  }

  /** Verifies a token. Throws Unavailable if that is impossible now. */
  async verify(text: string): Promise<Principal | TokenRefused> {
    const parts = parseToken(text);
    if (parts === undefined) return { refusal: 'the form or the checksum of the token is wrong' };
    const known = this.#kept(parts) ?? (await this.#find(parts));
    if (known === undefined) return { refusal: 'there is no such token' };
    if (this.#isRevoked(parts.id)) return { refusal: 'the token was revoked' };
    const nowMs = this.#clock.nowMs();
    if (known.record.expiresAtMs <= nowMs) return { refusal: 'the token has expired' };
    const refusal = await this.#identityRefusal(known);
    if (refusal !== undefined) return { refusal };
    this.#uses.note(parts.id, nowMs);
    return known.principal;
  }

  /** Reports whether no database query is needed: the token is cached, or cannot be valid. */
  isAtHand(text: string): boolean {
    const parts = parseToken(text);
    return parts === undefined || this.#kept(parts) !== undefined;
  }

  /** Ends tokens immediately in this process, even if one is being looked up now. */
  forget(ids: readonly string[]): void {
    this.#revocations += 1;
    for (const id of ids) this.#known.set(id, REVOKED, this.#clock.monotonicMs());
    for (const listener of this.#listeners) listener(ids);
  }

  /** Ends a token that was restored by a third party, and all its children. */
  async end(id: string): Promise<void> {
    this.forget(await this.#store.remove(id));
  }

  /** Calls the listener with the ids of tokens that this process ends, while it runs. */
  onRevoked(listener: (ids: readonly string[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Returns a cached token; with a wrong secret, it counts as absent: its id is not revealed. */
  #kept({ id, secret }: TokenParts): KnownToken | undefined {
    const known = this.#known.get(id);
    if (known === undefined || known === REVOKED) return undefined;
    if (this.#clock.monotonicMs() >= known.untilMs) return undefined;
    return isSecretOf(known.record, secret) ? known : undefined;
  }

  async #find({ id, secret }: TokenParts): Promise<KnownToken | undefined> {
    const nowMs = this.#clock.monotonicMs();
    const revocations = this.#revocations;
    const record = await this.#read(id);
    if (!isSecretOf(record, secret) || this.#known.get(id) === REVOKED) return undefined;
    const found = knownToken(record, nowMs + limits.ownTokenKeptMs);
    if (revocations === this.#revocations) this.#known.set(id, found, nowMs);
    return found;
  }

  async #read(id: string): Promise<TokenRecord | undefined> {
    try {
      return await this.#store.find(id);
    } catch (cause) {
      throw unavailable('tokens cannot be looked up', { cause });
    }
  }

  async #identityRefusal({ record, acting }: KnownToken): Promise<string | undefined> {
    for (const account of serviceAccountsOf(record)) {
      if (!(await this.#rights.isStillThere(account))) return 'a ServiceAccount of it is gone';
    }
    for (const { owner, target } of acting) {
      if (!(await this.#rights.mayAct(owner, target))) return 'its owner may not act so any more';
    }
    return undefined;
  }
}

function knownToken(record: TokenRecord, untilMs: number): KnownToken {
  const { id, owner, description, scope, expiresAtMs } = record;
  const token = { id, owner: owner.username, description, scope };
  const credential = { token, expiresAtMs };
  return {
    record,
    principal: principalOf(record.subject, credential),
    acting: record.acting.map(({ owner: who, target }) => ({
      owner: principalOf(who, credential),
      target,
    })),
    untilMs,
  };
}

/** Compares in equal time if there is no such token. */
function isSecretOf(record: TokenRecord | undefined, secret: string): record is TokenRecord {
  const isRight = timingSafeEqual(record?.secretHash ?? nobody, hashOf(secret));
  return isRight && record !== undefined;
}

/** Returns the stored hash of a secret. */
export function hashOf(secret: string): Uint8Array {
  return createHash('sha256').update(secret, 'ascii').digest();
}
