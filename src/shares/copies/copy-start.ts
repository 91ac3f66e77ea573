import type { CallGate } from '../../access/domain/call-gate.js';
import { shareLimits } from '../../core/share-limits.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { ObjectQueue, QueuedObject } from '../../platform/lifecycle/object-queue.js';
import type { CopyRecords } from './copy-records.js';
import type { CopyTriggers } from './copy-triggers.js';
import { endedFirst, type KnownCopy } from './domain/ended-first.js';

export interface CopyStartDependencies {
  readonly shares: Pick<
    ShareDependencies,
    | 'knownImports'
    | 'knownShares'
    | 'importFeed'
    | 'shareFeed'
    | 'served'
    | 'namespaces'
    | 'clock'
    | 'isKnown'
    | 'importNow'
  >;
  readonly gate: Pick<CallGate, 'refusal'>;
  readonly records: CopyRecords;
  readonly queue: ObjectQueue;
  readonly triggers: Pick<CopyTriggers, 'note'>;
}

/** Beginning of the work of a replica: what ended while no replica worked ends first. */
export class CopyStart {
  readonly #parts: CopyStartDependencies;

  constructor(parts: CopyStartDependencies) {
    this.#parts = parts;
  }

  /** Reads all records and notes all imports while this replica works. Throws Unavailable. */
  async run(isWorking: () => boolean): Promise<void> {
    const { records, queue, shares, triggers } = this.#parts;
    await records.load();
    // What ended is not known before the objects are.
    const isKnown = this.#knowledge();
    await this.#until(() => !isWorking() || isKnown(), shareLimits.copyObjectsAwaitedMsMax);
    if (!isWorking()) return;
    const { ended, others } = endedFirst(this.#copies(), shares.clock.nowMs());
    queue.open(ended.map(itemOf));
    await this.#until(() => !isWorking() || queue.isFirstDone, shareLimits.copyEndsAwaitedMsMax);
    if (!isWorking()) return;
    queue.endFirst();
    for (const copy of others) queue.note(itemOf(copy));
    for (const imported of shares.knownImports.all) triggers.note(imported);
  }

  /** Waits; a condition that is never met delays other work for a limited time. */
  async #until(isMet: () => boolean, msMax: number): Promise<void> {
    const { clock } = this.#parts.shares;
    const untilMs = clock.monotonicMs() + msMax;
    while (!isMet() && clock.monotonicMs() < untilMs) {
      await new Promise((resolve) => {
        setTimeout(resolve, shareLimits.copyStartPolledMs);
      });
    }
  }

  /**
   * Returns a check of whether the objects are known that decide about recorded copies, and calls
   * work. It is called often: it visits namespaces, and not copies.
   */
  #knowledge(): () => boolean {
    const { records, shares, gate } = this.#parts;
    const namespaces = new Set([...records.all.values()].map(({ namespace }) => namespace));
    let owners: ReadonlySet<string> | undefined;
    return () => {
      // No call is carried out before the gateway has checked its own rights.
      if (gate.refusal !== undefined) return false;
      if (![...namespaces].every((one) => this.#knows(shares.importFeed, one))) return false;
      owners ??= this.#owners();
      return [...owners].every((one) => this.#knows(shares.shareFeed, one));
    };
  }

  /** Returns the served namespaces of the shares of recorded copies. */
  #owners(): ReadonlySet<string> {
    const { served } = this.#parts.shares;
    const owners = this.#copies().flatMap(({ imported }) => imported?.spec?.from.namespace ?? []);
    return new Set(owners.filter((owner) => served.isServed(owner)));
  }

  /** Reports false for a deleted namespace as well: at first, every namespace is unknown. */
  #knows(feed: Parameters<ShareDependencies['isKnown']>[0], namespace: string): boolean {
    const { shares } = this.#parts;
    return shares.namespaces.known(namespace) !== undefined && shares.isKnown(feed, namespace);
  }

  #copies(): readonly KnownCopy[] {
    const { records, shares } = this.#parts;
    return [...records.all].map(([uid, record]) => {
      const imported = shares.importNow(record);
      const from = imported?.spec?.from;
      const share = from && shares.knownShares.get({ namespace: from.namespace, name: from.share });
      return { uid, record, imported, share };
    });
  }
}

function itemOf({ uid, record: { namespace, name } }: KnownCopy): QueuedObject {
  return { uid, namespace, name };
}
