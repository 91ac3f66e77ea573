import type { CallGate } from '../../access/domain/call-gate.js';
import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { AnonymousCaller } from '../../audit/domain/build-event.js';
import type { CallRunner } from '../../calls/call-runner.service.js';
import { CallOutcome } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import type { Clock } from '../../core/clock.js';
import { invalidAt, SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import type { GatewayAccounts } from '../../core/gateway-accounts.js';
import { RecentMap } from '../../core/recent-map.js';
import { syncLimits } from '../../core/sync-limits.js';
import { RegistryIndex } from '../../custom-resources/domain/registry-index.js';
import { RateLimiter } from '../../platform/http/rate-limiter.js';
import type { RequestLimits } from '../../platform/http/request-limits.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import type { StoreFeed, StoreRegistry } from '../domain/external-stores.js';
import type { SyncRegistry } from '../domain/secret-syncs.js';
import { type ParsedStore, storeKind } from '../domain/store-spec.js';
import type { ParsedSync } from '../domain/sync-spec.js';
import { notifiedNames, validationCodeOf } from './domain/notified-names.js';
import { notifiedSyncs } from './domain/notified-syncs.js';
import type { HintedLooks } from './hinted-looks.js';
import type { NotificationProof } from './notification-proof.js';
import type { ProvedNotification, StoreNotification } from './store-notification.js';

/** Sender of a notification, before its credential is checked. */
export type NotificationCaller = Pick<
  AnonymousCaller,
  'auditId' | 'sourceIp' | 'userAgent' | 'requestUri'
> & { readonly requestId: string };

/** Answer to a notification: the code that a handshake wants back, or nothing. */
export interface NotificationReceipt {
  readonly validationCode: string | undefined;
}

export interface NotificationsDependencies {
  readonly isWorking: boolean;
  readonly gate: Pick<CallGate, 'refusal'>;
  readonly calls: Pick<CallRunner, 'read'>;
  readonly accounts: Pick<GatewayAccounts, 'self'>;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly limits: Pick<RequestLimits, 'credentialFailed'>;
  readonly knownStores: Pick<StoreRegistry, 'named'>;
  readonly storeFeed: Pick<StoreFeed, 'isLoaded'>;
  readonly knownSyncs: Pick<SyncRegistry, 'get' | 'onChange'>;
  /** Reports whether all syncs of a namespace are known, if it is served. */
  readonly knowsSyncsOf: (namespace: string) => boolean;
  readonly proof: Pick<NotificationProof, 'proved'>;
  readonly looks: Pick<HintedLooks, 'hasRoomFor' | 'note'>;
  readonly onFault: (error: unknown) => void;
}

interface Hint {
  readonly store: ParsedStore | undefined;
  /** Namespaces with syncs that the notification may be about. */
  readonly namespaces: readonly string[];
  readonly facts: AuditFacts;
  /** Whether a webhook must name a secret. */
  readonly needsNames: boolean;
  /** Returns the syncs that the notification is about. */
  readonly syncsOf: (proved: ProvedNotification) => readonly ParsedSync[];
}

/**
 * Service of notifications of stores. A notification is a hint: its sender is proved, and its names
 * choose which syncs are looked at. Values come from reading the store.
 */
export class NotificationsService {
  readonly #parts: NotificationsDependencies;
  readonly #byStore: RegistryIndex<ParsedSync>;
  readonly #hints = new RateLimiter({
    requestsPerSecond: syncLimits.hintsPerSecond,
    burst: syncLimits.hintsAtOnceMax,
    keysMax: syncLimits.hintedStoresMax,
  });
  /** Ids of signed notifications, with their stores. */
  readonly #known = new RecentMap<string, true>({
    entriesMax: syncLimits.notificationIdsMax,
    keptMs: 2 * syncLimits.snsMessageMsMax,
  });

  constructor(parts: NotificationsDependencies) {
    this.#parts = parts;
    this.#byStore = new RegistryIndex(parts.knownSyncs, ({ spec }) =>
      spec === undefined ? [] : [spec.storeName],
    );
  }

  /**
   * Takes a notification of a store: the syncs whose secrets it names are looked at. Throws
   * Unauthenticated, Invalid, TooManyRequests, Unavailable.
   */
  notifyStore(
    caller: NotificationCaller,
    name: string,
    sent: StoreNotification,
  ): Promise<NotificationReceipt> {
    const { group, version } = { group: 'sallyport.dev', version: 'v1alpha1' };
    const resource = `${storeKind.resource}/notify`;
    const object = { verb: 'create', group, version, resource, name };
    const store = this.#parts.knownStores.named(name);
    return this.#receive(caller, sent, {
      store,
      namespaces: store?.spec?.allow.flatMap(({ namespaces }) => namespaces) ?? [],
      facts: { action: 'syncs.notify', object },
      needsNames: true,
      syncsOf: ({ event }) => this.#namedSyncs(name, event),
    });
  }

  /** Takes a notification about one sync, whatever it names. Throws as `notifyStore`. */
  notifySync(
    caller: NotificationCaller,
    ref: SecretRef,
    sent: StoreNotification,
  ): Promise<NotificationReceipt> {
    const { knownSyncs, knownStores } = this.#parts;
    const sync = knownSyncs.get(ref);
    const store = sync?.spec && knownStores.named(sync.spec.storeName);
    return this.#receive(caller, sent, {
      store,
      namespaces: [ref.namespace],
      facts: { action: 'syncs.notify', namespace: ref.namespace, secret: ref.name },
      needsNames: false,
      syncsOf: () => (sync === undefined ? [] : [sync]),
    });
  }

  async #receive(
    caller: NotificationCaller,
    sent: StoreNotification,
    hint: Hint,
  ): Promise<NotificationReceipt> {
    this.#requireWorking();
    const { store, namespaces, facts } = hint;
    if (store === undefined) this.#requireKnown(namespaces);
    const proved = await this.#parts.proof.proved(store, sent);
    if (store === undefined || proved === undefined) throw this.#refusal(caller, sent);
    const { event, confirm, id, isByToken = false } = proved;
    const names = notifiedNames(event).length;
    requireFewNames(names);
    if (hint.needsNames && store.spec?.notify?.signature !== undefined) requireName(names);
    const { uid } = store.object;
    const key = id === undefined ? undefined : JSON.stringify([uid, id, caller.requestUri]);
    if (key !== undefined && this.#known.get(key) === true) return { validationCode: undefined };
    this.#requireRate(uid, Math.max(names, 1));
    const validationCode = isByToken ? validationCodeOf(event) : undefined;
    const syncs = validationCode === undefined ? this.#syncsOf(hint, proved, names) : [];
    await this.#once(key, async () => {
      await this.#confirm(confirm);
      await this.#record(caller, store, facts);
    });
    for (const sync of syncs) this.#parts.looks.note(sync);
    return { validationCode };
  }

  /** Returns the syncs to look at. Throws Unavailable if others may be meant, or too many wait. */
  #syncsOf(
    { namespaces, syncsOf }: Hint,
    proved: ProvedNotification,
    names: number,
  ): readonly ParsedSync[] {
    const syncs = proved.hasEvent ? syncsOf(proved) : [];
    if (names > 0 && syncs.length === 0) this.#requireKnown(namespaces);
    if (this.#parts.looks.hasRoomFor(syncs.length)) return syncs;
    throw unavailable('too many syncs wait for a look', { retryAfterSeconds: 1 });
  }

  /** Remembers an id, unless the work fails: the sender then sends the notification again. */
  async #once(key: string | undefined, work: () => Promise<void>): Promise<void> {
    if (key === undefined) return work();
    this.#known.set(key, true, this.#parts.clock.monotonicMs());
    try {
      await work();
    } catch (error) {
      this.#known.delete(key);
      throw error;
    }
  }

  #record(caller: NotificationCaller, { object }: ParsedStore, facts: AuditFacts): Promise<void> {
    const ctx = this.#contextOf(caller, object.name);
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      trace.decisionReason = `notification of ExternalStore ${JSON.stringify(object.name)}`;
      return new CallOutcome(undefined, { success: 'accepted' });
    });
  }

  /** Throws Unavailable while no notification would have an effect. */
  #requireWorking(): void {
    const { isWorking, gate, storeFeed } = this.#parts;
    if (!isWorking) throw unavailable('this gateway does not work on syncs');
    if (gate.refusal !== undefined) throw gate.refusal;
    if (!storeFeed.isLoaded) throw unavailable('the stores are not known yet');
  }

  /** Throws Unavailable if a sync that is not known yet may be meant: the sender tries again. */
  #requireKnown(namespaces: readonly string[]): void {
    if (namespaces.every((namespace) => this.#parts.knowsSyncsOf(namespace))) return;
    throw unavailable('syncs of Secrets are not known now', { retryAfterSeconds: 1 });
  }

  #requireRate(storeUid: string, hints: number): void {
    const turn = this.#hints.take(storeUid, this.#parts.clock.monotonicMs(), hints);
    if (turn.isAllowed) return;
    const headers = { 'retry-after': String(Math.max(1, Math.ceil(turn.waitMs / 1_000))) };
    throw new SallyportError('TooManyRequests', 'too many notifications of this store', {
      internal: 'rate limit: notifications of a store',
      headers,
    });
  }

  #namedSyncs(storeName: string, event: unknown): readonly ParsedSync[] {
    const store = this.#parts.knownStores.named(storeName)?.spec;
    if (store === undefined) return [];
    return notifiedSyncs(store, this.#byStore.of(storeName), notifiedNames(event));
  }

  async #confirm(confirm: ProvedNotification['confirm']): Promise<void> {
    try {
      await confirm?.();
    } catch (error) {
      this.#parts.onFault(error);
      throw unavailable('the subscription cannot be confirmed now', { retryAfterSeconds: 1 });
    }
  }

  /** Returns the same refusal for whatever is wrong; 429 for an address that sends many. */
  #refusal(caller: NotificationCaller, sent: StoreNotification): SallyportError {
    const { webhookId, webhookSignature, authorization, body } = sent;
    const refused = new SallyportError(
      'Unauthenticated',
      'the notification has no valid credential',
    );
    const signature = webhookSignature && `${webhookId} ${webhookSignature}`;
    // A message of SNS has its signature in the body.
    const credential = authorization ?? signature ?? Buffer.from(body).toString('latin1');
    if (credential === '') return refused;
    return this.#parts.limits.credentialFailed(caller.sourceIp, credential) ?? refused;
  }

  /** The gateway acts for the store, which has no account in the cluster. */
  #contextOf(caller: NotificationCaller, storeName: string): CallContext {
    const { auditId, requestId, sourceIp, requestUri, userAgent } = caller;
    const of = { auditId, requestId, sourceIp, requestUri, door: 'rest' } as const;
    const agent = userAgent === undefined ? {} : { userAgent };
    const onBehalfOf = `${storeKind.resource}/${storeName}`;
    return { ...this.#parts.accounts.self(), ...of, ...agent, onBehalfOf };
  }
}

/** Throws Invalid for a webhook without a name: its sender has mistaken a member. */
function requireName(names: number): void {
  if (names > 0) return;
  throw invalidAt('/names', 'must name a secret of the store, with its prefix');
}

function requireFewNames(names: number): void {
  const { notifiedNamesMax: most } = syncLimits;
  if (names > most) throw invalidAt('', `a notification names at most ${most} secrets`);
}
