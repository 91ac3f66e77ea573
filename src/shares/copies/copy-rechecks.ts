import { shareLimits } from '../../core/share-limits.js';
import type { ParsedImport } from '../domain/import-spec.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import { CheckRound } from './check-round.js';
import type { CopyAuthors } from './copy-authors.js';
import { ObjectQueue, type QueuedObject } from '../../platform/lifecycle/object-queue.js';
import type { CopyRecheck } from './copy-recheck.js';
import type { CopyRecords } from './copy-records.js';

export interface CopyRechecksDependencies {
  readonly shares: Pick<ShareDependencies, 'knownImports' | 'knownShares'>;
  readonly records: Pick<CopyRecords, 'all' | 'get'>;
  readonly recheck: Pick<CopyRecheck, 'isLookDue' | 'isShareLookDue'>;
  readonly authors: Pick<CopyAuthors, 'learnImport'>;
  readonly queue: Pick<ObjectQueue, 'note'>;
  readonly shareQueue: Pick<ObjectQueue, 'note'>;
  readonly onFault: (error: unknown) => void;
}

/**
 * Checks of shares and copies that no event causes, a limited number in a second. Namespaces are
 * served round robin. Most checks cost no question to the cluster; a few ask exact questions.
 */
export class CopyRechecks {
  readonly #parts: CopyRechecksDependencies;
  /** Imports with a target, and copies that have not ended. */
  readonly #copies = new CheckRound<QueuedObject>((item) => this.#isCopy(item));
  readonly #copiesExactly = new CheckRound<QueuedObject>((item) => this.#isCopy(item));
  readonly #shares = new CheckRound<QueuedObject>((item) => this.#isShare(item));
  readonly #sharesExactly = new CheckRound<QueuedObject>((item) => this.#isShare(item));
  readonly #queue: ObjectQueue;
  readonly #exactQueue: ObjectQueue;
  readonly #shareQueue: ObjectQueue;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: CopyRechecksDependencies) {
    this.#parts = parts;
    const { onFault, shares, recheck, queue, shareQueue, authors } = parts;
    const atOnceMax = shareLimits.rechecksAtOnceMax;
    const queueOf = (check: (item: QueuedObject) => Promise<void>) =>
      new ObjectQueue({ work: (item) => check(item).then(() => 'done'), onFault, atOnceMax });
    this.#queue = queueOf(async (item) => {
      if (await recheck.isLookDue(item, false)) queue.note(item);
    });
    this.#exactQueue = queueOf(async (item) => {
      if (await recheck.isLookDue(item, true)) queue.note(item);
      // The database may not have answered when the author was to be learnt after a look.
      await authors.learnImport(item);
    });
    this.#shareQueue = queueOf(async (item) => {
      if (await recheck.isShareLookDue(item)) shareQueue.note(item);
    });
    shares.knownImports.onChange((_, { after }) => after && this.#addImport(after));
    shares.knownShares.onChange((_, { after }) => after && this.#addShare(after.object));
  }

  /** Begins a term. All copies must be known. */
  open(): void {
    const { shares, records } = this.#parts;
    for (const [uid, { namespace, name }] of records.all) this.#addCopy({ uid, namespace, name });
    for (const imported of shares.knownImports.all) this.#addImport(imported);
    for (const { object } of shares.knownShares.all) this.#addShare(object);
    for (const queue of this.#queues) queue.open([]);
    this.#timer = setInterval(() => this.#note(), shareLimits.recheckedMs);
  }

  /** Resolves once all checks have ended. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#queues.map((queue) => queue.close()));
  }

  get #queues(): readonly ObjectQueue[] {
    return [this.#queue, this.#exactQueue, this.#shareQueue];
  }

  #addImport({ object, spec }: ParsedImport): void {
    if (spec?.target !== undefined) this.#addCopy(object);
  }

  #addCopy({ uid, namespace, name }: QueuedObject): void {
    for (const round of [this.#copies, this.#copiesExactly]) round.add({ uid, namespace, name });
  }

  #addShare({ uid, namespace, name }: QueuedObject): void {
    for (const round of [this.#shares, this.#sharesExactly]) round.add({ uid, namespace, name });
  }

  #note(): void {
    const { copiesRecheckedExactlyMax: copiesMax, sharesRecheckedExactlyMax: sharesMax } =
      shareLimits;
    const { recheckedAtOnceMax, sharesRecheckedAtOnceMax } = shareLimits;
    for (const copy of this.#copies.take(recheckedAtOnceMax)) this.#queue.note(copy);
    for (const copy of this.#copiesExactly.take(copiesMax)) this.#exactQueue.note(copy);
    for (const share of this.#shares.take(sharesRecheckedAtOnceMax)) this.#shareQueue.note(share);
    // A look at a share asks exact questions.
    for (const share of this.#sharesExactly.take(sharesMax)) this.#parts.shareQueue.note(share);
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
