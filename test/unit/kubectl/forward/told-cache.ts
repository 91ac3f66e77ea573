import { SecretValue } from '../../../../src/core/secret-value.js';
import type { CachedSecret } from '../../../../src/secrets/domain/cache/cached-secret.js';
import {
  type CacheNeeds,
  type CacheQuery,
  type NamespaceView,
  SecretCache,
  type UnsureOf,
} from '../../../../src/secrets/domain/cache/secret-cache.js';
import { parseFieldSelector } from '../../../../src/secrets/domain/field-selector.js';
import { parseLabelSelector } from '../../../../src/secrets/domain/label-selector.js';
import type { SecretRef } from '../../../../src/secrets/domain/secret.js';

/** The Secrets of namespace `pay` as a test has them, how new they are, and what it was told. */
export class ToldCache extends SecretCache {
  readonly told: string[] = [];
  readonly asked: CacheNeeds[] = [];
  readonly #secrets: readonly CachedSecret[];
  readonly #resourceVersion: number | undefined;

  /** Without a version nothing is followed. */
  constructor(secrets: readonly CachedSecret[] = [], resourceVersion?: number) {
    super();
    this.#secrets = secrets;
    this.#resourceVersion = resourceVersion;
  }

  override onChange(): void {
    // No change comes.
  }

  override isReadable(namespace: string, needs: CacheNeeds = {}): boolean {
    const reached = this.#resourceVersion;
    return namespace === 'pay' && Number(needs.notOlderThan ?? 0) <= (reached ?? -1);
  }

  override view(namespace: string, needs: CacheNeeds = {}): NamespaceView | undefined {
    const reached = this.#resourceVersion;
    this.asked.push(needs);
    if (namespace !== 'pay' || reached === undefined) return undefined;
    if (Number(needs.notOlderThan ?? 0) > reached) return undefined;
    return {
      resourceVersion: String(reached),
      get: (name) => this.#secrets.find((secret) => secret.name === name),
      page: (query) => this.#page(query),
    };
  }

  override wrote({ namespace, name }: SecretRef, resourceVersion: string): void {
    this.told.push(`wrote ${namespace}/${name} ${resourceVersion}`);
  }

  override removed({ namespace, name }: SecretRef, uid: string | undefined): void {
    this.told.push(`removed ${namespace}/${name} ${uid}`);
  }

  override unsure({ namespace, name = '*' }: UnsureOf): void {
    this.told.push(`unsure ${namespace}/${name}`);
  }

  override changed(): Promise<void> {
    return Promise.resolve();
  }

  override changes(): undefined {
    return undefined;
  }

  override followed(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  #page({ labelSelector = '', fieldSelector = '', shows = () => true }: CacheQuery) {
    const labels = parseLabelSelector(labelSelector);
    const fields = parseFieldSelector(fieldSelector);
    const items = this.#secrets.filter(
      (secret) => labels.matches(secret.labels) && fields.matches(secret) && shows(secret.name),
    );
    return { items, hasMore: false, remaining: undefined };
  }
}

/** A Secret of the cache, of a document as an API server answers a get. */
export function cachedSecretOf(document: {
  readonly metadata: {
    readonly namespace: string;
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}): CachedSecret {
  const { namespace, name, labels = {} } = document.metadata;
  const bytes = Buffer.from(JSON.stringify(document));
  const ids = { uid: `u-${name}`, resourceVersion: '41', type: 'Opaque', keys: [] };
  return { namespace, name, labels, ...ids, document: SecretValue.fromBytes(bytes) };
}
