import { assert } from 'vitest';
import type { CachedSecret } from '../../../../src/secrets/domain/cache/cached-secret.js';
import type { ChangeLog, SecretChange } from '../../../../src/secrets/domain/cache/change-log.js';
import type { NamespaceView } from '../../../../src/secrets/domain/cache/secret-cache.js';
import { cachedSecret } from '../domain/cache/cached-secret.builder.js';
import { type FollowedWorld, followedWorld } from './followed-world.js';

type Event =
  | { readonly type: 'stored' | 'removed'; readonly secret: CachedSecret; readonly version: number }
  | { readonly type: 'reached'; readonly version: number };

const PAY = 'pay';

/** A cluster with one namespace, and a cache that hears of it late, in parts, or not at all. */
export class ModelCluster {
  readonly world: FollowedWorld;
  readonly waiting: Promise<NamespaceView | undefined>[] = [];
  readonly #collection: string;
  readonly #now = new Map<string, CachedSecret>();
  /** What there was at each version. */
  readonly #history = new Map<number, ReadonlyMap<string, CachedSecret>>();
  readonly #acknowledged = new Map<string, number>();
  #events: Event[] = [];
  #version = 100;
  #uids = 0;
  /** What a client has that follows the log. */
  #client = new Map<string, string>();
  #position: { log: ChangeLog; next: number } | undefined;

  constructor(isClusterWide: boolean) {
    this.world = followedWorld(isClusterWide, { changesKeptMax: 5, catchUpMsMax: 60_000 });
    this.#collection = isClusterWide ? '' : PAY;
    this.list(2);
  }

  write(name: string, isAcknowledged: boolean): void {
    const before = this.#now.get(name);
    const uid = before?.uid ?? `u${(this.#uids += 1)}`;
    const version = this.#step();
    const data = { key: `value-${version}` };
    const labels = { even: String(version % 2 === 0) };
    const secret = cachedSecret({ namespace: PAY, name, uid, version, data, labels });
    this.#now.set(name, secret);
    this.#note({ type: 'stored', secret, version });
    if (isAcknowledged) this.world.followed.wrote({ namespace: PAY, name }, String(version));
    if (isAcknowledged) this.#acknowledged.set(name, version);
  }

  remove(name: string, isAcknowledged: boolean, isUidKnown: boolean): void {
    const secret = this.#now.get(name);
    if (secret === undefined) return;
    const version = this.#step();
    this.#now.delete(name);
    this.#note({ type: 'removed', secret, version });
    // Without its uid nothing can be told of what the cache has not even seen.
    const isShown = this.#shown()?.get(name)?.uid === secret.uid;
    if (!isAcknowledged || (!isUidKnown && !isShown)) return;
    this.world.followed.removed({ namespace: PAY, name }, isUidKnown ? secret.uid : undefined);
    this.#acknowledged.set(name, version);
  }

  tellOther(): void {
    const version = this.#step();
    this.#note({ type: 'reached', version });
  }

  deliver(count: number): void {
    if (!this.world.isLive) return;
    const { sink } = this.world.followed;
    for (const event of this.#events.splice(0, count)) {
      const version = String(event.version);
      if (event.type === 'reached') sink.reached(this.#collection, version);
      else sink[event.type](this.#collection, event.secret, version);
    }
  }

  lose(): void {
    this.world.isLive = false;
    this.world.followed.sink.turned(this.#collection);
  }

  /** It goes on where it was. */
  resume(): void {
    this.world.isLive = true;
    this.world.followed.sink.turned(this.#collection);
  }

  /** The events until then are lost; where the list is cut short it is begun again. */
  list(pageSize: number): void {
    const { sink } = this.world.followed;
    const secrets = [...this.#now.values()];
    sink.page(this.#collection, secrets.slice(0, pageSize), true);
    let isFirst = true;
    for (let start = 0; start === 0 || start < secrets.length; start += pageSize) {
      sink.page(this.#collection, secrets.slice(start, start + pageSize), isFirst);
      isFirst = false;
    }
    this.#events = [];
    this.#history.set(this.#version, new Map(this.#now));
    sink.listed(this.#collection, String(this.#version));
    this.world.isLive = true;
    sink.turned(this.#collection);
  }

  /** What is seen is what there was then, and no acknowledged write is missing. */
  check(name: string | undefined): void {
    this.#checkLog();
    const view = this.world.followed.view(PAY, name === undefined ? {} : { name });
    if (view instanceof Promise) this.waiting.push(view);
    const shown = this.#shown();
    assert.equal(view === undefined, !this.world.isLive, 'a view');
    if (shown === undefined || view === undefined) return;
    const then =
      this.#history.get(Number(shown.resourceVersion)) ?? new Map<string, CachedSecret>();
    const { items } = shown.page({ after: '', limit: 100 });
    assert.deepEqual(items.map(identityOf), [...then.values()].map(identityOf).toSorted(byName));
    for (const secret of items) assert.equal(shown.get(secret.name), secret);
    if (!(view instanceof Promise)) return this.#checkAcknowledged(view, name);
    const isPending = (version: number): boolean => version > Number(shown.resourceVersion);
    assert.ok([...this.#acknowledged.values()].some(isPending), 'waits for nothing');
  }

  #checkAcknowledged(view: NamespaceView, name: string | undefined): void {
    for (const [one, version] of this.#acknowledged) {
      if (name !== undefined && name !== one) continue;
      const reached = Number(view.resourceVersion);
      const state = view.get(one);
      const isSeen = reached >= version || (state?.uid === undefined && !this.#now.has(one));
      assert.ok(isSeen, `${one} at ${version}, seen at ${reached}`);
    }
  }

  /** A client that takes what the log says has what the cache shows. */
  #checkLog(): void {
    const view = this.#shown();
    const log = this.world.followed.changes(PAY);
    if (view === undefined || log === undefined) return;
    const position = this.#position?.log === log ? this.#position : undefined;
    const told = position && log.from(position.next, 100);
    for (const change of told ?? []) this.#follow(change);
    const there = view.page({ after: '', limit: 100 }).items;
    const held = new Map(there.map((secret) => [secret.name, secret.resourceVersion]));
    if (told === undefined) this.#client = held;
    assert.deepEqual(Object.fromEntries(this.#client), Object.fromEntries(held));
    assert.equal(log.after(view.resourceVersion), log.next);
    this.#position = { log, next: log.next };
  }

  #follow({ before, after }: SecretChange): void {
    const name = after?.name ?? before?.name ?? '';
    assert.equal(this.#client.get(name), before?.resourceVersion);
    if (after === undefined) this.#client.delete(name);
    else this.#client.set(name, after.resourceVersion);
  }

  #shown(): NamespaceView | undefined {
    return this.world.followed.changes(PAY)?.view();
  }

  #step(): number {
    this.#version += 1;
    return this.#version;
  }

  #note(event: Event): void {
    this.#events.push(event);
    this.#history.set(event.version, new Map(this.#now));
  }
}

const identityOf = ({ name, uid, resourceVersion }: CachedSecret) => ({
  ...{ name, uid, resourceVersion },
});

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
