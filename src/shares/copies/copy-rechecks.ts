import { shareLimits } from '../../core/share-limits.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import { CheckRound } from './check-round.js';
import { CopyQueue, type Looked, type QueuedObject } from './copy-queue.js';
import type { CopyRecheck } from './copy-recheck.js';
import type { CopyRecords } from './copy-records.js';

export interface CopyRechecksDependencies {
  readonly shares: Pick<ShareDependencies, 'knownImports' | 'knownShares'>;
  readonly records: Pick<CopyRecords, 'all' | 'get'>;
  readonly recheck: Pick<CopyRecheck, 'isLookDue'>;
  readonly queue: Pick<CopyQueue, 'note'>;
  readonly shareQueue: Pick<CopyQueue, 'note'>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Checks of shares and copies that no event causes, a limited number in a second. Namespaces are
 * served round robin.
 */
export class CopyRechecks {
  readonly #parts: CopyRechecksDependencies;
  /** Imports with a target, and copies that have not ended. */
  readonly #copies = new CheckRound<QueuedObject>((item) => this.#isCopy(item));
  readonly #shares = new CheckRound<QueuedObject>((item) => this.#isShare(item));
  readonly #queue: CopyQueue;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: CopyRechecksDependencies) {
    this.#parts = parts;
    const { onFault, shares } = parts;
    const atOnceMax = shareLimits.rechecksAtOnceMax;
    this.#queue = new CopyQueue({ work: (item) => this.#check(item), onFault, atOnceMax });
    shares.knownImports.onChange((_, { after }) => this.#add(this.#copies, after));
    shares.knownShares.onChange((_, { after }) => this.#add(this.#shares, after));
  }

  /** Begins a term. All copies must be known. */
  open(): void {
    const { shares, records } = this.#parts;
    for (const [uid, { namespace, name }] of records.all)
      this.#copies.add({ uid, namespace, name });
    for (const imported of shares.knownImports.all) this.#add(this.#copies, imported);
    for (const share of shares.knownShares.all) this.#add(this.#shares, share);
    this.#queue.open([]);
    this.#timer = setInterval(() => this.#note(), shareLimits.recheckedMs);
  }

  /** Resolves once all checks have ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#queue.close();
  }

  #add(round: CheckRound<QueuedObject>, of: { readonly object: QueuedObject } | undefined): void {
    if (of === undefined) return;
    const { uid, namespace, name } = of.object;
    round.add({ uid, namespace, name });
  }

  #note(): void {
    const { shareQueue } = this.#parts;
    const { recheckedAtOnceMax, sharesRecheckedAtOnceMax } = shareLimits;
    for (const copy of this.#copies.take(recheckedAtOnceMax)) this.#queue.note(copy);
    for (const share of this.#shares.take(sharesRecheckedAtOnceMax)) shareQueue.note(share);
  }

  async #check(item: QueuedObject): Promise<Looked> {
    const { recheck, queue } = this.#parts;
    if (await recheck.isLookDue(item)) queue.note(item);
    return 'done';
  }

  #isCopy(item: QueuedObject): boolean {
    const { records, shares } = this.#parts;
    if (records.get(item.uid) !== undefined) return true;
    const imported = shares.knownImports.get(item);
    return imported?.object.uid === item.uid && imported.spec?.target !== undefined;
  }

  #isShare(item: QueuedObject): boolean {
    return this.#parts.shares.knownShares.get(item)?.object.uid === item.uid;
  }
}
