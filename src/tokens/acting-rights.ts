import { randomUUID } from 'node:crypto';
import type { AccessService, ResourceRequest } from '../access/access.service.js';
import type { CallContext } from '../core/call-context.js';
import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { Principal } from '../core/principal.js';
import { RecentMap } from '../core/recent-map.js';
import type { ServiceAccountDirectory } from './domain/service-account-directory.js';
import type { StoredIdentity } from './domain/stored-identity.js';
import { impersonationRights } from './domain/token-rights.js';

type ServiceAccount = Extract<StoredIdentity, { kind: 'serviceAccount' }>;

interface SeenAccount {
  readonly uid: string | undefined;
  readonly untilMs: number;
}

/** Checks of whether identities of tokens are unchanged and may still impersonate. */
export class ActingRights {
  readonly #access: AccessService;
  readonly #directory: ServiceAccountDirectory;
  readonly #clock: Clock;
  readonly #seen = new RecentMap<string, SeenAccount>({
    entriesMax: limits.serviceAccountsKeptMax,
    keptMs: limits.serviceAccountKeptMs,
  });

  constructor(access: AccessService, directory: ServiceAccountDirectory, clock: Clock) {
    this.#access = access;
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Reports whether the owner may impersonate now: cached decisions count, as for any right. */
  async mayAct(owner: Principal, target: StoredIdentity): Promise<boolean> {
    const ctx = questionContext(owner);
    const allowed = (right: ResourceRequest) => this.#access.decide(ctx, right);
    const rights = impersonationRights(target);
    for (let start = 0; start < rights.length; start += limits.accessReviewsAtOnceMax) {
      const batch = rights.slice(start, start + limits.accessReviewsAtOnceMax);
      const decisions = await Promise.all(batch.map(allowed));
      if (decisions.some((decision) => !decision.allowed)) return false;
    }
    return true;
  }

  /** Reports whether the account exists; a recreated account is a different account. */
  async isStillThere(account: ServiceAccount): Promise<boolean> {
    const { namespace, name, uid } = account;
    const key = `${namespace}/${name}`;
    const seen = this.#seen.get(key);
    // Before the query: the answer may be that old.
    const nowMs = this.#clock.monotonicMs();
    if (seen !== undefined && nowMs < seen.untilMs) return seen.uid === uid;
    const found = await this.#directory.uidOf(account);
    this.#seen.set(key, { uid: found, untilMs: nowMs + limits.serviceAccountKeptMs }, nowMs);
    return found === uid;
  }

  /** Returns the uid of a live ServiceAccount; undefined if there is none. */
  uidOf(account: Pick<ServiceAccount, 'namespace' | 'name'>): Promise<string | undefined> {
    return this.#directory.uidOf(account);
  }
}

/** Returns the context of a question of the gateway about an identity that is not calling. */
function questionContext(principal: Principal): CallContext {
  const id = randomUUID();
  const job = { door: 'job', sourceIp: '', requestUri: '' } as const;
  return { ...job, principal, requestId: id, auditId: id };
}
