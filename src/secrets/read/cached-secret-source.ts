import type { AccessService } from '../../access/access.service.js';
import { type Rights, secretRight } from '../../access/domain/secret-rights.js';
import type { ServedNamespaces } from '../../access/domain/served-namespaces.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import type { CacheNeeds, SecretCache } from '../domain/cache/secret-cache.js';
import type { Representation } from '../domain/representation.js';
import { namesNewer } from '../domain/etag.js';
import type { SecretHistory } from '../domain/secret-history.js';
import type { SecretRef, StoredSecret } from '../domain/secret.js';
import type { Plane, SecretStore } from '../domain/secret.store.js';
import { sortedKeys } from '../domain/value-map.js';
import { granted, planeFor } from './plane-for.js';
import { type FoundSecret, type Freshness, SecretSource } from './secret-source.js';
import type { RepresentationRenderer } from './representation-renderer.js';

export interface CachedSecretSourceDependencies {
  readonly access: AccessService;
  readonly served: ServedNamespaces;
  readonly store: Pick<SecretStore, 'get'>;
  readonly cache: Pick<SecretCache, 'view' | 'isReadable'>;
  readonly states: RepresentationRenderer;
  readonly history: Pick<SecretHistory, 'describe'>;
}

interface Wanted {
  readonly ref: SecretRef;
  readonly rights?: Rights | undefined;
}

/** Source of Secrets from the cache if it watches them, else from the cluster. */
export class CachedSecretSource extends SecretSource {
  readonly #parts: CachedSecretSourceDependencies;

  constructor(parts: CachedSecretSourceDependencies) {
    super();
    this.#parts = parts;
  }

  override async find(
    ctx: CallContext,
    trace: CallTrace,
    wanted: Wanted,
    freshness: Freshness = {},
  ): Promise<FoundSecret> {
    const { ref, rights } = wanted;
    if (this.#mayBeCached(ref, freshness)) {
      const any = rights ?? [secretRight('get', ref)];
      const grant = await granted(this.#parts, ctx, trace, any);
      const found = await this.#cached(trace, ref, freshness);
      if (found !== undefined) {
        trace.decisionReason = grant.reason;
        return found;
      }
    }
    if (rights === undefined) {
      this.#parts.served.requireReachable(ref.namespace);
      return this.#asked(ctx, trace, { ref, as: 'caller' }, freshness);
    }
    const as = await planeFor(this.#parts, ctx, trace, rights);
    return this.#asked(ctx, trace, { ref, as }, freshness);
  }

  /** Finds a Secret after a decision; `as`: the identity of a cluster request, if needed. */
  async findDecided(
    ctx: CallContext,
    trace: CallTrace,
    wanted: { readonly ref: SecretRef; readonly as: Plane },
    freshness: Freshness = {},
  ): Promise<FoundSecret> {
    const isStrong = freshness.consistency === 'strong';
    const found = isStrong ? undefined : await this.#cached(trace, wanted.ref, freshness);
    return found ?? this.#asked(ctx, trace, wanted, freshness);
  }

  /** Reports whether the cache may help; without it, the API server decides anyway. */
  #mayBeCached(ref: SecretRef, freshness: Freshness): boolean {
    if (freshness.consistency === 'strong') return false;
    return this.#parts.cache.isReadable(ref.namespace, needsOf(ref, freshness));
  }

  /** Returns the cached state after the decision: it includes all earlier writes. */
  async #cached(
    trace: CallTrace,
    ref: SecretRef,
    freshness: Freshness,
  ): Promise<FoundSecret | undefined> {
    const view = this.#parts.cache.view(ref.namespace, needsOf(ref, freshness));
    const state = await stateIn(view, ref.name);
    // The cluster must confirm an absence.
    if (state === undefined || isBehind(state, freshness)) return undefined;
    trace.plane = 'broker';
    return new CachedFind(this.#parts.states, state);
  }

  async #asked(
    ctx: CallContext,
    trace: CallTrace,
    { ref, as }: { readonly ref: SecretRef; readonly as: Plane },
    { notOlderThan }: Freshness,
  ): Promise<FoundSecret> {
    const options = notOlderThan === undefined ? {} : { notOlderThan };
    const secret = await this.#parts.store.get({ ctx, as, trace }, ref, options);
    return new AskedFind(this.#parts.history, secret);
  }
}

/** Reports whether another replica has returned a newer state to the caller. */
function isBehind(state: CachedSecret, { ifNoneMatch }: Freshness): boolean {
  return ifNoneMatch !== undefined && namesNewer(ifNoneMatch, state);
}

function needsOf({ name }: SecretRef, { notOlderThan }: Freshness): CacheNeeds {
  return { name, notOlderThan };
}

/** Looks up immediately if the view is available immediately. */
function stateIn(
  view: ReturnType<SecretCache['view']>,
  name: string,
): CachedSecret | undefined | Promise<CachedSecret | undefined> {
  return view instanceof Promise ? view.then((late) => late?.get(name)) : view?.get(name);
}

/** State of the cache. */
class CachedFind implements FoundSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly #states: RepresentationRenderer;
  readonly #state: CachedSecret;
  /** Read at most once per request. */
  #secret: StoredSecret | undefined;

  constructor(states: RepresentationRenderer, state: CachedSecret) {
    this.namespace = state.namespace;
    this.name = state.name;
    this.uid = state.uid;
    this.resourceVersion = state.resourceVersion;
    this.type = state.type;
    this.#states = states;
    this.#state = state;
  }

  get keys(): readonly string[] {
    return this.#state.keys;
  }

  show<T>(representation: Representation<T>): T | Promise<T> {
    const kept = this.#states.kept(this.#state, representation);
    if (kept !== undefined) return kept;
    return representation.showsVersion
      ? this.#states.describe(this.#state, this.#read(), representation)
      : this.#states.make(this.#state, this.#read(), representation);
  }

  #read(): StoredSecret {
    return (this.#secret ??= this.#states.read(this.#state));
  }
}

/** Secret as returned by the cluster. */
class AskedFind implements FoundSecret {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly #history: Pick<SecretHistory, 'describe'>;
  readonly #secret: StoredSecret;

  constructor(history: Pick<SecretHistory, 'describe'>, secret: StoredSecret) {
    this.namespace = secret.namespace;
    this.name = secret.name;
    this.uid = secret.uid;
    this.resourceVersion = secret.resourceVersion;
    this.type = secret.type;
    this.#history = history;
    this.#secret = secret;
  }

  get keys(): readonly string[] {
    return sortedKeys(this.#secret.data);
  }

  async show<T>(representation: Representation<T>): Promise<T> {
    const secret = this.#secret;
    if (!representation.showsVersion) return representation.render(secret, undefined);
    const [info] = await this.#history.describe([secret]);
    return representation.render(secret, info);
  }
}
