import { shareLimits } from '../../core/share-limits.js';
import type { ChangeLog } from '../../secrets/domain/cache/change-log.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { ImportRegistry } from '../domain/secret-imports.js';
import type { ShareRegistry } from '../domain/secret-shares.js';

/** Share that an import names. */
export interface ImportSourceRef {
  readonly namespace: string;
  readonly share: string;
}

export interface ImportWakeupsDependencies {
  readonly knownImports: Pick<ImportRegistry, 'onChange'>;
  readonly knownShares: Pick<ShareRegistry, 'onChange'>;
  readonly cache: Pick<SecretCache, 'changes'>;
}

/** Part of the wakeups that a waiter needs. */
interface WaiterHub {
  readonly follow: (owner: string) => void;
  readonly leave: () => void;
}

interface FollowedLog {
  readonly log: ChangeLog;
  readonly stop: () => void;
}

/**
 * Wakes streams of imports at changes of imports, of shares that these name, and of Secrets in the
 * namespaces of these shares. It listens to a namespace once for all streams.
 */
export class ImportWakeups {
  readonly #cache: ImportWakeupsDependencies['cache'];
  readonly #waiters = new Set<ImportWaiter>();
  readonly #logs = new Map<string, FollowedLog>();

  constructor({ knownImports, knownShares, cache }: ImportWakeupsDependencies) {
    this.#cache = cache;
    knownImports.onChange(({ object }) =>
      this.#wake((waiter) => waiter.namespace === object.namespace),
    );
    knownShares.onChange(({ object: { namespace, name } }) =>
      this.#wake((waiter) => waiter.names({ namespace, share: name })),
    );
  }

  /** Returns a waiter of a stream, which is woken from the beginning. */
  join(namespace: string): ImportWaiter {
    const waiter = new ImportWaiter(namespace, {
      follow: (owner) => this.#follow(owner),
      leave: () => {
        this.#waiters.delete(waiter);
        this.#forgetUnused();
      },
    });
    this.#waiters.add(waiter);
    return waiter;
  }

  #wake(isConcerned: (waiter: ImportWaiter) => boolean): void {
    for (const waiter of this.#waiters) if (isConcerned(waiter)) waiter.wake();
  }

  /** Listens to the Secrets of a namespace, again after its watch has ended. */
  #follow(owner: string): void {
    const known = this.#logs.get(owner);
    if (known?.log.hasEnded === false) return;
    known?.stop();
    this.#logs.delete(owner);
    const log = this.#cache.changes(owner);
    if (log === undefined) return;
    const stop = log.onChange(() => this.#wake((waiter) => waiter.owners.has(owner)));
    this.#logs.set(owner, { log, stop });
  }

  #forgetUnused(): void {
    for (const [owner, { stop }] of this.#logs) {
      if ([...this.#waiters].some(({ owners }) => owners.has(owner))) continue;
      stop();
      this.#logs.delete(owner);
    }
  }
}

/** Wait of one stream. */
export class ImportWaiter {
  readonly namespace: string;
  /** Namespaces of the shares that the imports name. */
  owners: ReadonlySet<string> = new Set();
  readonly #hub: WaiterHub;
  #sources: ReadonlySet<string> = new Set();
  #isWoken = true;
  #go: (() => void) | undefined;

  constructor(namespace: string, hub: WaiterHub) {
    this.namespace = namespace;
    this.#hub = hub;
  }

  /** Sets the shares that concern the stream, before it looks at them. */
  follow(sources: readonly ImportSourceRef[]): void {
    this.#isWoken = false;
    this.#sources = new Set(sources.map(textOf));
    this.owners = new Set(sources.map(({ namespace }) => namespace));
    for (const owner of this.owners) this.#hub.follow(owner);
  }

  names(source: ImportSourceRef): boolean {
    return this.#sources.has(textOf(source));
  }

  wake(): void {
    this.#isWoken = true;
    this.#go?.();
  }

  /** Resolves at a change since the last `follow`, when it is time to look again, or on `leave`. */
  async next(): Promise<void> {
    if (this.#isWoken) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, shareLimits.importStreamLookMs).unref();
    this.#go = resolve;
    await promise;
    clearTimeout(timer);
    this.#go = undefined;
  }

  leave(): void {
    this.#hub.leave();
    this.wake();
  }
}

function textOf({ namespace, share }: ImportSourceRef): string {
  return `${namespace}/${share}`;
}
