import { ServedNamespaces } from '../../../../src/access/domain/served-namespaces.js';
import { CallTrace } from '../../../../src/calls/domain/call-trace.js';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { CachedSecretSource } from '../../../../src/secrets/read/cached-secret-source.js';
import { RepresentationCache } from '../../../../src/secrets/cache/representation-cache.js';
import { cachePage } from '../../../../src/secrets/domain/cache/cache-page.js';
import type { CachedSecret } from '../../../../src/secrets/domain/cache/cached-secret.js';
import { LabelIndex } from '../../../../src/secrets/domain/cache/label-index.js';
import { OrderedNames } from '../../../../src/secrets/domain/cache/ordered-names.js';
import type { NamespaceView } from '../../../../src/secrets/domain/cache/namespace-view.js';
import { type CacheNeeds, NoCache } from '../../../../src/secrets/domain/cache/secret-cache.js';
import { SecretDocuments } from '../../../../src/secrets/domain/cache/secret-documents.js';
import {
  NoHistory,
  type VersionInfo,
  type WrittenState,
} from '../../../../src/secrets/domain/secret-history.js';
import type { SecretRef, StoredSecret } from '../../../../src/secrets/domain/secret.js';
import type { StoreCall } from '../../../../src/secrets/domain/secret.store.js';
import { RepresentationRenderer } from '../../../../src/secrets/read/representation-renderer.js';
import { AskedRights } from '../../access/rights.builder.js';
import { callContext } from '../../audit/audit-builders.js';
import { storedSecret, values } from '../domain/secret.builder.js';

/** A state of a Secret in `pay`, and what reading its document gives. */
export function stateOf(name: string, over: Partial<StoredSecret> = {}): CachedSecret {
  const place = { namespace: 'pay', name, uid: `u-${name}`, resourceVersion: '41' };
  const { labels = {}, type = 'Opaque' } = over;
  const document = SecretValue.fromBytes(Buffer.from(name));
  const { uid, resourceVersion } = { ...place, ...over };
  const keys = ['password', 'user'];
  return { namespace: 'pay', name, uid, resourceVersion, labels, type, keys, document };
}

/** Documents that say what the test says, and how often they were read. */
export class ToldDocuments extends SecretDocuments {
  readonly read: (state: CachedSecret) => StoredSecret;
  count = 0;

  constructor(data: Readonly<Record<string, string>> = { password: 'old', user: 'me' }) {
    super();
    this.read = (state) => {
      this.count += 1;
      const { namespace, name, uid, resourceVersion, labels, type } = state;
      const ids = { namespace, name, uid, resourceVersion, labels, type };
      return storedSecret({ ...ids, data: values(data) });
    };
  }
}

/** A history that says what the test says of every state, and what it was asked. */
export class SaidHistory extends NoHistory {
  readonly asked: WrittenState[][] = [];
  info: VersionInfo | undefined;
  isRecording = true;

  override async describe(secrets: readonly WrittenState[]) {
    this.asked.push([...secrets]);
    return secrets.map(() => this.info);
  }

  override isRecorded(): boolean {
    return this.isRecording;
  }
}

/** The Secrets of `pay` as they are now. */
export class PayCache extends NoCache {
  readonly states = new Map<string, CachedSecret>();
  isFollowed = true;
  /** A view that is not there at once. */
  late: Promise<void> | undefined;
  readonly needs: CacheNeeds[] = [];
  /** How many views were given. */
  viewed = 0;

  constructor(states: readonly CachedSecret[]) {
    super();
    for (const state of states) this.states.set(state.name, state);
  }

  override isReadable(namespace?: string, needs: CacheNeeds = {}): boolean {
    this.needs.push(needs);
    return namespace === 'pay' && this.isFollowed;
  }

  override view(namespace?: string, needs: CacheNeeds = {}) {
    this.needs.push(needs);
    this.viewed += 1;
    if (namespace !== 'pay' || !this.isFollowed) return undefined;
    return this.late === undefined ? this.#view() : this.late.then(() => this.#view());
  }

  #view(): NamespaceView | undefined {
    if (!this.isFollowed) return undefined;
    return {
      resourceVersion: '50',
      get: (name) => this.states.get(name),
      page: (query) => cachePage(this.#indexed(), query),
    };
  }

  #indexed() {
    const labels = new LabelIndex();
    for (const state of this.states.values()) labels.add(state.name, state.labels);
    const names = new OrderedNames([...this.states.keys()].toSorted());
    return { byName: this.states, names, labels };
  }
}

/** A store that has the Secrets of the test, and how it was asked. */
export class AskedStore {
  readonly gets: (SecretRef & { readonly as: string; readonly notOlderThan?: string })[] = [];
  readonly secrets = new Map<string, StoredSecret>();

  get = async (
    call: StoreCall,
    { namespace, name }: SecretRef,
    options: { readonly notOlderThan?: string } = {},
  ): Promise<StoredSecret> => {
    call.trace.plane = call.as;
    this.gets.push({ namespace, name, as: call.as, ...options });
    const secret = this.secrets.get(name);
    if (secret) return secret;
    throw new SallyportError('NotFound', `secrets "${name}" not found`);
  };
}

/** Reads over a cache and a store that the test fills. */
export function readsWorld(states: readonly CachedSecret[] = [stateOf('db')]) {
  const cache = new PayCache(states);
  const store = new AskedStore();
  const history = new SaidHistory();
  const documents = new ToldDocuments();
  const renditions = new RepresentationCache();
  const access = new AskedRights(true);
  const served = new ServedNamespaces({
    ...{ patterns: ['pay'], scope: 'cluster', gatewayNamespace: 'sallyport' },
  });
  const shown = new RepresentationRenderer({ renditions, documents, history });
  const parts = { access, served, history, cache, states: shown };
  const source = new CachedSecretSource({ ...parts, store: { get: store.get } });
  const trace = new CallTrace();
  const ctx = callContext();
  return { access, cache, ctx, documents, trace, history, renditions, shown, source, store };
}
