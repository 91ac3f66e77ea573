import { createHash } from 'node:crypto';
import { SecretValue } from '../../../../src/core/secret-value.js';
import type { SideValues } from '../../../../src/sync/domain/merged-sides.js';
import type { SyncRules } from '../../../../src/sync/domain/plan-sync.js';
import { RemoteFault } from '../../../../src/sync/domain/remote-fault.js';
import type { FoundMark, RemoteMark } from '../../../../src/sync/domain/remote-mark.js';
import {
  type MarkChange,
  type PendingWrite,
  type RemoteState,
  RemoteStore,
  type RemoteWrite,
  type RemoteWritten,
} from '../../../../src/sync/domain/remote-store.js';
import { SyncedKeys } from '../../../../src/sync/domain/synced-keys.js';
import { RoundProgress } from '../../../../src/sync/engine/round-progress.js';
import type { ClusterState } from '../../../../src/sync/engine/cluster-side.js';
import { runRound, type SyncRoundDependencies } from '../../../../src/sync/engine/sync-round.js';
import { KeptMemory } from '../../../support/kept-memory.js';

export const owner = { clusterUid: 'cluster', namespaceUid: 'ns', syncUid: 'sync' };

export const valuesOf = (texts: Readonly<Record<string, string>>): SideValues =>
  new Map(
    Object.entries(texts).map(([key, one]) => [key, SecretValue.fromBytes(Buffer.from(one))]),
  );
export const textsOf = (values: SideValues) =>
  Object.fromEntries([...values].map(([key, value]) => [key, value.revealText()]));

/** A store in memory that keeps every version, and in which a test can write and fail calls. */
export class MemoryStore extends RemoteStore {
  override isConditional = true;
  state: RemoteState = { kind: 'absent' };
  readonly versions: SideValues[] = [];
  writes = 0;
  /** Uids of the syncs that have claimed the secret. */
  readonly claims: string[] = [];
  /** Token of each write that was attempted. */
  readonly tokens: string[] = [];
  /** Values that writes of syncs have replaced or removed. */
  readonly overwritten: string[] = [];
  /** Versions that `overwrittenBy` returns, and the writes that it was asked about. */
  found: readonly string[] = [];
  readonly askedAbout: PendingWrite[] = [];
  /** Called before and after each write: a test may change the state or throw. */
  before: () => void = () => undefined;
  after: () => void = () => undefined;

  override async overwrittenBy(_name: string, write: PendingWrite): Promise<readonly string[]> {
    this.askedAbout.push(write);
    return this.found;
  }

  override async read(): Promise<RemoteState> {
    return this.state;
  }

  override async write(
    _name: string,
    { values, mark, expected, idempotencyToken }: RemoteWrite,
  ): Promise<RemoteWritten> {
    this.before();
    this.tokens.push(idempotencyToken);
    if (versionOf(this.state) !== versionOf(expected)) throw changed();
    const after = textsOf(values);
    for (const [key, text = ''] of Object.entries(this.texts)) {
      if (after[key] !== text) this.overwritten.push(text);
    }
    this.put(values, mark);
    this.writes += 1;
    this.after();
    return { version: versionOf(this.state) ?? '', overwritten: [] };
  }

  override async claim(_name: string, { former, mark }: MarkChange): Promise<void> {
    if (this.state.kind !== 'present' || this.state.mark !== former) throw changed();
    this.state = { ...this.state, mark };
    this.claims.push(mark.syncUid);
    this.after();
  }

  override remove(): Promise<void> {
    return Promise.reject(new Error('no round removes a whole secret'));
  }

  put(values: SideValues, mark: FoundMark): void {
    this.versions.push(values);
    const version = String(this.versions.length);
    this.state = { kind: 'present', version, values, mark, changedAt: undefined };
  }

  get texts(): Readonly<Record<string, string | undefined>> {
    return this.state.kind === 'present' ? textsOf(this.state.values) : {};
  }
}

function versionOf(state: RemoteState): string | undefined {
  return state.kind === 'absent' ? undefined : state.version;
}

function changed(): RemoteFault {
  return new RemoteFault('StoreChanged', 'the secret in the store was changed meanwhile');
}

type Texts = Readonly<Record<string, string | undefined>>;

interface KeptValues {
  readonly id: string;
  readonly texts: Texts;
  readonly storeTexts: Texts;
}

/** A sync of a Secret in memory with such a store. */
export class SyncWorld {
  store = new MemoryStore();
  owner: RemoteMark = owner;
  readonly clusterVersions: SideValues[] = [];
  values: SideValues = new Map();
  readonly memory = new KeptMemory();
  clusterWrites = 0;
  beforeClusterWrite: () => void = () => undefined;
  rules: SyncRules = {
    ...{ direction: 'both', onConflict: 'hold', onDelete: 'delete', firstSync: 'fail' },
  };
  keepsHistory = true;
  /** Values that were recorded before the store lost them, and what it had then. */
  readonly kept: KeptValues[] = [];
  beforeKept: () => void = () => undefined;
  keys = new SyncedKeys(undefined);
  isDryRun = false;
  origin = 'aaaaaaaaaaaa';
  pulledOrigins: readonly string[] = [];
  mark: FoundMark;
  observer = 'one';
  nowMs = 1_000_000;
  /** State that the cache has; undefined: that of the cluster. */
  cached: ClusterState | undefined;
  /** Progress of the last round. */
  progress = new RoundProgress();
  #version = 0;

  /** Lets the cache stay behind from now on. */
  keepCached(): void {
    this.cached = { version: String(this.#version), values: this.values };
  }

  /** `mark`: of a sync of another cluster that pushes into the Secret. */
  setCluster(texts: Readonly<Record<string, string>>, mark?: FoundMark): void {
    this.mark = mark;
    this.values = valuesOf(texts);
    this.clusterVersions.push(this.values);
    this.#version += 1;
  }

  round() {
    const parts: SyncRoundDependencies = {
      ...{ store: this.store, name: 'k8s/pay/db', owner: this.owner, rules: this.rules },
      ...{ keys: this.keys, isDryRun: this.isDryRun },
      cluster: {
        read: async () =>
          this.cached ?? {
            version: String(this.#version),
            values: this.values,
            mark: this.mark,
          },
        isCurrent: async ({ version }) => version === String(this.#version),
        keepReplaced: async (values, { version }, id) => {
          this.beforeKept();
          if (version !== String(this.#version)) return false;
          this.kept.push({ id, texts: textsOf(values), storeTexts: this.store.texts });
          return true;
        },
        write: async (values, { version }) => {
          this.beforeClusterWrite();
          if (version !== String(this.#version)) return undefined;
          this.setCluster(textsOf(values) as Record<string, string>);
          this.clusterWrites += 1;
          return String(this.#version);
        },
      },
      ...{ origin: this.origin, pulledOrigins: this.pulledOrigins },
      memory: this.memory,
      ...{ observer: this.observer, nowMs: this.nowMs },
      requireAttempt: () => undefined,
      keepsHistory: this.keepsHistory,
      fingerprint: fingerprintOf,
    };
    this.progress = new RoundProgress();
    return runRound(parts, new AbortController().signal, this.progress);
  }

  get texts() {
    return textsOf(this.values);
  }

  /** Returns the fingerprint of a text under a key. */
  fingerprint(key: string, text: string): string {
    return fingerprintOf(key, SecretValue.fromBytes(Buffer.from(text)));
  }
}

function fingerprintOf(key: string, value: SecretValue): string {
  return createHash('sha256').update(`${key}\0`).update(value.reveal()).digest('hex');
}
