import { SecretValue } from '../../../../../src/core/secret-value.js';
import type { CachedSecret } from '../../../../../src/secrets/domain/cache/cached-secret.js';
import type {
  ChangeLog,
  SecretChange,
} from '../../../../../src/secrets/domain/cache/change-log.js';
import type { NamespaceView } from '../../../../../src/secrets/domain/cache/secret-cache.js';
import type { MetadataBody } from '../../../../../src/secrets/domain/read-body.js';
import { isNoNewer } from '../../../../../src/versions/domain/resource-version.js';

export interface SecretState {
  readonly labels?: Readonly<Record<string, string>>;
  readonly keys?: readonly string[];
  readonly type?: string;
}

/** Secrets of namespace `pay` in memory, and the log of what a test does with them. */
export class MemoryLog implements ChangeLog {
  /** Sorted by name. */
  readonly #secrets = new Map<string, MetadataBody>();
  readonly #changes: SecretChange[] = [];
  readonly #states = new WeakMap<MetadataBody, CachedSecret>();
  readonly #listeners = new Set<() => void>();
  #version: number;
  #forgotten = 0;
  isLive = true;
  hasEnded = false;

  /** The resourceVersion that it begins at. */
  constructor(version = 100) {
    this.#version = version;
    this.#first = version;
  }

  readonly #first: number;

  get next(): number {
    return this.#changes.length;
  }

  get reached(): string {
    return String(this.#version);
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  get names(): readonly string[] {
    return [...this.#secrets.keys()].toSorted();
  }

  stateOf(name: string): MetadataBody | undefined {
    return this.#secrets.get(name);
  }

  put(name: string, state: SecretState = {}): void {
    this.together(() => this.#put(name, state));
  }

  remove(name: string): void {
    this.together(() => this.#remove(name));
  }

  /** Something happens that is not of this namespace. */
  pass(): void {
    this.#version += 1;
  }

  /** All changes of `act` come at once, as those between two lists do. */
  together(act: () => void): void {
    const from = this.#changes.length;
    act();
    const reached = this.reached;
    for (const [offset, change] of this.#changes.slice(from).entries()) {
      this.#changes[from + offset] = { ...change, reached };
    }
    for (const listener of this.#listeners) listener();
  }

  forgetAll(): void {
    this.#forgotten = this.#changes.length;
  }

  end(): void {
    this.hasEnded = true;
    for (const listener of this.#listeners) listener();
  }

  view(): NamespaceView | undefined {
    if (!this.isLive) return undefined;
    return {
      resourceVersion: this.reached,
      get: (name) => this.#cached(name),
      page: ({ after, limit, shows }) => {
        const names = this.names.filter((name) => name > after && shows?.(name) !== false);
        const items = names.slice(0, limit).flatMap((name) => this.#cached(name) ?? []);
        return { items, hasMore: names.length > limit, remaining: undefined };
      },
    };
  }

  after(resourceVersion: string): number | undefined {
    const index = this.#changes.findIndex(({ reached }) => !isNoNewer(reached, resourceVersion));
    const sequence = index === -1 ? this.#changes.length : index;
    const begin = this.#changes[this.#forgotten - 1]?.reached ?? String(this.#first);
    return isNoNewer(begin, resourceVersion) ? sequence : undefined;
  }

  from(sequence: number, limit: number): readonly SecretChange[] | undefined {
    if (sequence < this.#forgotten) return undefined;
    return this.#changes.slice(sequence, sequence + limit);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #put(name: string, { labels = {}, keys = ['password'], type = 'Opaque' }: SecretState): void {
    this.#version += 1;
    const before = this.#secrets.get(name);
    const after: MetadataBody = {
      ...{ namespace: 'pay', name, uid: before?.uid ?? `u-${name}-${this.#version}`, type },
      ...{ immutable: false, labels, annotations: {}, ownerReferences: [] },
      ...{ resourceVersion: this.reached, version: null, updatedBy: null },
      ...{ createdAt: '2026-01-01T00:00:00Z', updatedAt: null },
      keys: keys.map((key) => ({ name: key, sizeBytes: 1, version: null })),
    };
    this.#secrets.set(name, after);
    this.#append(before, after, keys);
  }

  #remove(name: string): void {
    const before = this.#secrets.get(name);
    if (before === undefined) return;
    this.#version += 1;
    this.#secrets.delete(name);
    const keys = before.keys.map((key) => key.name);
    this.#append(before, undefined, keys);
  }

  #append(
    before: MetadataBody | undefined,
    after: MetadataBody | undefined,
    changedKeys: readonly string[],
  ): void {
    const sequence = this.#changes.length;
    const place = { sequence, reached: this.reached, resourceVersion: this.reached };
    this.#changes.push({ ...place, before, after, changedKeys });
  }

  #cached(name: string): CachedSecret | undefined {
    const body = this.#secrets.get(name);
    if (body === undefined) return undefined;
    const state = this.#states.get(body) ?? cachedStateOf(body);
    this.#states.set(body, state);
    return state;
  }
}

function cachedStateOf(body: MetadataBody): CachedSecret {
  const { namespace, name, uid, resourceVersion, type, labels } = body;
  const data = Object.fromEntries(body.keys.map((key) => [key.name, 'eA==']));
  const metadata = {
    namespace,
    name,
    uid,
    resourceVersion,
    labels,
    creationTimestamp: body.createdAt,
  };
  const whole = { kind: 'Secret', apiVersion: 'v1', metadata, data, type };
  const document = SecretValue.fromBytes(Buffer.from(JSON.stringify(whole)));
  const keys = body.keys.map((key) => key.name);
  return { namespace, name, uid, resourceVersion, type, labels, keys, document };
}
