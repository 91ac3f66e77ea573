import type { CallContext } from '../core/call-context.js';
import type { CallTrace } from '../calls/domain/call-trace.js';
import { foundOrUndefined } from '../core/errors/not-found.js';
import { RecentMap } from '../core/recent-map.js';
import { shareLimits } from '../core/share-limits.js';
import type { ParsedImport } from './domain/import-spec.js';
import type { ParsedShare } from './domain/share-spec.js';
import type { ShareDependencies } from './shares.dependencies.js';

type Parts = Pick<ShareDependencies, 'clock' | 'namespaces' | 'shares' | 'knownShares'>;

interface Call {
  readonly ctx: CallContext;
  readonly trace: CallTrace;
}

/**
 * Objects that the cluster has confirmed. A watch that receives nothing counts as live for
 * `limits.watchStaleMs`, which is too long for the end of a share.
 */
export class ConfirmedObjects {
  readonly #parts: Parts;
  /** When each share was confirmed last, by its uid. */
  readonly #shares = new RecentMap<string, number>({
    entriesMax: shareLimits.confirmedMax,
    keptMs: shareLimits.shareConfirmedMs,
  });
  readonly #running = new Map<string, Promise<void>>();
  /** Uid of the namespace of each import, by the uid of the import, which no other one ever has. */
  readonly #namespaces = new RecentMap<string, string>({
    entriesMax: shareLimits.confirmedMax,
    keptMs: shareLimits.importConfirmedMs,
  });

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Reports whether `share` and `import` would return these objects without a question. */
  are(imported: ParsedImport, share: ParsedShare): boolean {
    const isOfNamespace = this.#namespaces.get(imported.object.uid) === imported.namespaceUid;
    return isOfNamespace && this.#isRecent(share);
  }

  /** Returns the share as it was at most `shareLimits.shareConfirmedMs` ago. */
  async share(call: Call, share: ParsedShare): Promise<ParsedShare | undefined> {
    const { object } = share;
    if (!this.#isRecent(share)) {
      const running = this.#running.get(object.uid) ?? this.#ask(call, object);
      this.#running.set(object.uid, running);
      await running.finally(() => this.#running.delete(object.uid));
    }
    return this.#parts.knownShares.get(object);
  }

  /**
   * Returns the import with the uid that its namespace has in the cluster; undefined if the
   * namespace is gone, or was recreated since.
   */
  async import(imported: ParsedImport): Promise<ParsedImport | undefined> {
    const { uid, namespace } = imported.object;
    const known = this.#namespaces.get(uid);
    if (known !== undefined) return known === imported.namespaceUid ? imported : undefined;
    const facts = await this.#parts.namespaces.confirm(namespace);
    if (facts === undefined) return undefined;
    // An import that the watch has not removed yet may be of the namespace before.
    if (facts.uid === imported.namespaceUid) {
      this.#namespaces.set(uid, facts.uid, this.#parts.clock.monotonicMs());
    }
    return { ...imported, namespaceUid: facts.uid };
  }

  #isRecent({ object }: ParsedShare): boolean {
    const atMs = this.#shares.get(object.uid) ?? -Infinity;
    return this.#parts.clock.monotonicMs() - atMs < shareLimits.shareConfirmedMs;
  }

  async #ask({ ctx, trace }: Call, object: ParsedShare['object']): Promise<void> {
    const { shares, knownShares, namespaces, clock } = this.#parts;
    const askedMs = clock.monotonicMs();
    const now = await foundOrUndefined(() => shares.get({ ctx, as: 'broker', trace }, object));
    if (now?.uid !== object.uid) knownShares.remove(object);
    if (now === undefined) return;
    const { uid = '' } = namespaces.known(object.namespace) ?? {};
    knownShares.put(now, uid);
    this.#shares.set(now.uid, askedMs, askedMs);
  }
}
