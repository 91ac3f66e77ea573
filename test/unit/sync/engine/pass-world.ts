import { createSecretKey } from 'node:crypto';
import { SallyportError, unavailable } from '../../../../src/core/errors/sallyport-error.js';
import type { CustomResource } from '../../../../src/custom-resources/domain/custom-resource.js';
import { GatewayAccounts } from '../../../../src/core/gateway-accounts.js';
import { SecretValue } from '../../../../src/core/secret-value.js';
import { NoHistory } from '../../../../src/secrets/domain/secret-history.js';
import type {
  SecretManifest,
  SecretRef,
  StoredSecret,
} from '../../../../src/secrets/domain/secret.js';
import type { SecretPatch, StoreCall } from '../../../../src/secrets/domain/secret.store.js';
import type { CachedSecretSource } from '../../../../src/secrets/read/cached-secret-source.js';
import type { FoundSecret, Freshness } from '../../../../src/secrets/read/secret-source.js';
import { StoreRegistry } from '../../../../src/sync/domain/external-stores.js';
import type { RemoteStore } from '../../../../src/sync/domain/remote-store.js';
import { SyncRegistry } from '../../../../src/sync/domain/secret-syncs.js';
import type { ParsedSync } from '../../../../src/sync/domain/sync-spec.js';
import { StorePaces } from '../../../../src/sync/engine/store-paces.js';
import { type PassOptions, SyncPass } from '../../../../src/sync/engine/sync-pass.js';
import { ValueFingerprints } from '../../../../src/sync/engine/value-fingerprints.js';
import { ManualClock } from '../../auth/manual-clock.js';
import { builtInChecks } from '../../schemas/built-in-checks.js';
import { storedSecret } from '../../secrets/domain/secret.builder.js';
import { NAMESPACE_UID } from '../../shares/domain/sharing.builder.js';
import { Rows } from '../../shares/object-rows.builder.js';
import { aStore, aSync } from '../domain/sync.builder.js';
import { RecordedCalls } from './recorded-calls.js';
import { MemoryStore, textsOf, valuesOf } from './sync-world.js';

export const accounts = new GatewayAccounts({
  gatewayNamespace: 'sallyport',
  brokerServiceAccount: 'sallyport-broker',
});

type Texts = Readonly<Record<string, string>>;

/** Secrets of one namespace, in memory; a test may act before each write. */
export class MemorySecrets {
  readonly secrets = new Map<string, StoredSecret>();
  /** Writes that were carried out. */
  readonly writes: string[] = [];
  beforeWrite: () => void = () => undefined;
  afterWrite: () => void = () => undefined;
  #changes = 10;

  /** Writes a Secret as a user does. */
  put(name: string, texts: Texts, rest: Partial<StoredSecret> = {}): StoredSecret {
    const resourceVersion = String((this.#changes += 1));
    const state = { namespace: 'pay', name, uid: `uid-of-${name}`, resourceVersion };
    const secret = storedSecret({ ...state, data: valuesOf(texts), ...rest });
    this.secrets.set(name, secret);
    return secret;
  }

  textsOf(name: string) {
    const secret = this.secrets.get(name);
    return secret && textsOf(secret.data);
  }

  async get(_call: StoreCall, { name }: SecretRef): Promise<StoredSecret> {
    const secret = this.secrets.get(name);
    if (secret === undefined) throw new SallyportError('NotFound', 'there is none');
    return secret;
  }

  async create(_call: StoreCall, { name, data, type }: SecretManifest): Promise<StoredSecret> {
    this.beforeWrite();
    if (this.secrets.has(name)) throw new SallyportError('AlreadyExists', 'it is there');
    this.writes.push(`create ${name}`);
    const created = this.put(name, textsOf(data) as Texts, { type });
    this.afterWrite();
    return created;
  }

  async patch(call: StoreCall, ref: SecretRef, patch: SecretPatch): Promise<StoredSecret> {
    this.beforeWrite();
    const before = await this.get(call, ref);
    if (patch.kind !== 'merge') throw new Error('a sync sends a merge patch');
    const { metadata, data } = patch.document as {
      readonly metadata: Pick<StoredSecret, 'uid' | 'resourceVersion'>;
      readonly data: Readonly<Record<string, string | null>>;
    };
    const isSame = metadata.uid === before.uid;
    if (!isSame || metadata.resourceVersion !== before.resourceVersion) {
      throw new SallyportError('Conflict', 'another state is there');
    }
    if (before.immutable) throw new SallyportError('Invalid', 'field is immutable');
    this.writes.push(`patch ${ref.name} ${Object.keys(data).join(' ')}`);
    const after = new Map(before.data);
    for (const [key, text] of Object.entries(data)) {
      const value = text === null ? undefined : SecretValue.fromBase64(text);
      if (value === undefined) after.delete(key);
      else after.set(key, value);
    }
    const written = this.put(ref.name, textsOf(after) as Texts, { type: before.type });
    this.afterWrite();
    return written;
  }
}

/** Store in memory whose reads can fail. */
export class ReadStore extends MemoryStore {
  reads = 0;
  /** Called before each read: a test may change the state or throw. */
  beforeRead: () => void = () => undefined;

  override read() {
    this.reads += 1;
    this.beforeRead();
    return super.read();
  }
}

/** A replica that keeps pay/db in sync with `bao`: both sides, the database and the trail. */
export class PassWorld {
  readonly clock = new ManualClock();
  readonly rows = new Rows();
  readonly calls = new RecordedCalls();
  readonly cluster = new MemorySecrets();
  readonly store = new ReadStore();
  /** Store that is opened. */
  remote: RemoteStore = this.store;
  readonly knownStores = new StoreRegistry();
  readonly knownSyncs = new SyncRegistry();
  readonly paces = new StorePaces(this.clock);
  readonly rounds: string[] = [];
  overwritten = 0;
  /** Consistency of each read of the Secret. */
  readonly consistencies: (string | undefined)[] = [];
  /** Accounts for which the store was opened. */
  readonly opened: string[] = [];
  /** State that the cache has, if that is not the present one. */
  cached: StoredSecret | undefined;
  isLeader = true;
  /** Syncs that the API server lists. */
  listed: () => readonly CustomResource[] = () =>
    [...this.knownSyncs.of(this.sync.object.namespace).values()].map(({ object }) => object);
  mayLeave = true;
  /** Called before the store is opened; a test may throw. */
  beforeOpen: () => void = () => undefined;
  authorProblem: { readonly reason: 'AuthorForbidden'; readonly message: string } | undefined;
  author: string | undefined = 'alice';
  sync: ParsedSync = this.put({});
  readonly pass: SyncPass;

  constructor() {
    this.knownStores.put(aStore().object, '');
    this.pass = new SyncPass({
      source: { findDecided: this.#findDecided } as Pick<CachedSecretSource, 'findDecided'>,
      store: this.cluster,
      calls: this.calls,
      history: new NoHistory(),
      checks: builtInChecks(),
      accounts,
      syncs: { list: async () => ({ items: this.listed() }) },
      knownStores: this.knownStores,
      knownSyncs: this.knownSyncs,
      authors: {
        of: async () =>
          this.author === undefined
            ? undefined
            : { username: this.author, uid: '', groups: [], extra: {} },
        problemOf: async () => this.authorProblem,
      },
      records: this.rows,
      clock: this.clock,
      cluster: { get: () => 'cluster' },
      connections: {
        open: async (_store, _spec, { namespace, serviceAccountName }) => {
          this.beforeOpen();
          this.opened.push(`${namespace}/${serviceAccountName}`);
          return this.remote;
        },
      },
      paces: this.paces,
      fingerprints: new ValueFingerprints(createSecretKey(Buffer.alloc(32, 7))),
      metrics: {
        roundEnded: (outcome) => this.rounds.push(outcome),
        overwrote: (versions) => (this.overwritten += versions),
      },
      mayLeave: async () => this.mayLeave,
    });
  }

  /** Sets the spec of the sync, as the watch does. */
  put(spec: Readonly<Record<string, unknown>>, generation = 1): ParsedSync {
    this.sync = aSync({ ...spec }, { generation });
    this.knownSyncs.put(this.sync.object, NAMESPACE_UID);
    return this.sync;
  }

  putStore(spec: Readonly<Record<string, unknown>>, generation = 2): void {
    this.knownStores.put(aStore(spec, { generation }).object, '');
  }

  run(options: Partial<PassOptions> = {}) {
    const requireWork = (): void => {
      if (!this.isLeader) throw unavailable('another replica works on syncs now');
    };
    return this.pass.run(this.sync, { requireWork, ...options });
  }

  readonly #findDecided = async (
    _ctx: unknown,
    _trace: unknown,
    { ref }: { readonly ref: SecretRef },
    { consistency }: Freshness = {},
  ): Promise<FoundSecret> => {
    this.consistencies.push(consistency);
    const cached = consistency === 'cached' ? this.cached : undefined;
    const secret = cached ?? this.cluster.secrets.get(ref.name);
    if (secret === undefined) throw new SallyportError('NotFound', 'there is none');
    return {
      ...{ namespace: secret.namespace, name: secret.name, uid: secret.uid, type: secret.type },
      resourceVersion: secret.resourceVersion,
      keys: [...secret.data.keys()],
      show: (representation) => representation.render(secret, undefined),
    };
  };
}
