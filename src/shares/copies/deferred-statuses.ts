import { SallyportError } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import type {
  CustomResource,
  CustomResourceStatus,
} from '../../custom-resources/domain/custom-resource.js';
import { isSameStatus } from '../../custom-resources/domain/same-status.js';
import type {
  ObjectStatuses,
  StatedObject,
  StatusOwner,
} from '../../custom-resources/domain/object-statuses.js';
import {
  ObjectQueue,
  type Looked,
  type QueuedObject,
} from '../../platform/lifecycle/object-queue.js';

export interface DeferredStatusesDependencies {
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf' | 'forget'>;
  /** Returns the object that has the name of another one now. */
  readonly known: (
    object: Pick<CustomResource, 'namespace' | 'name'>,
  ) => CustomResource | undefined;
  /** Reports whether copies are written now, which come first. */
  readonly isBusy: () => boolean;
  readonly onFault: (error: unknown) => void;
}

interface Waiting {
  readonly owner: StatusOwner;
  readonly object: CustomResource;
  readonly status: CustomResourceStatus;
}

/**
 * Statuses of imports, which are written after copies and few at a time: a change of a shared
 * Secret reaches all its copies first. Only the newest status of an import waits. What waits or was
 * written is remembered for one term of this replica: others write statuses between two terms.
 */
export class DeferredStatuses {
  readonly #parts: DeferredStatusesDependencies;
  readonly #queue: ObjectQueue;
  /** By uid. */
  readonly #waiting = new Map<string, Waiting>();
  #isOpen = false;
  #onEmpty: () => void = () => undefined;

  constructor(parts: DeferredStatusesDependencies) {
    this.#parts = parts;
    const { onFault } = parts;
    const atOnceMax = shareLimits.statusesAtOnceMax;
    this.#queue = new ObjectQueue({ work: (item) => this.#write(item), onFault, atOnceMax });
  }

  /** Begins a term. */
  open(): void {
    this.#parts.statuses.forget();
    this.#isOpen = true;
    this.#queue.open([]);
  }

  /**
   * Writes what waits, for `shareLimits.statusesEndedMsMax` at most, and closes. The lease must be
   * held meanwhile.
   */
  async end(): Promise<void> {
    this.#isOpen = false;
    for (const { object } of this.#waiting.values()) this.#note(object);
    if (this.#waiting.size > 0) await this.#emptied();
    await this.close();
  }

  /** Forgets what waits; resolves once all writes have ended. */
  async close(): Promise<void> {
    this.#isOpen = false;
    this.#waiting.clear();
    this.#onEmpty();
    await this.#queue.close();
  }

  /** Returns the status that is to be written; else the newest known one. */
  lastOf(object: StatedObject): CustomResourceStatus {
    return this.#waiting.get(object.uid)?.status ?? this.#parts.statuses.lastOf(object);
  }

  /** Lets a status be written, unless the object has it, or no term goes on. */
  async write(
    owner: StatusOwner,
    object: CustomResource,
    status: CustomResourceStatus,
  ): Promise<void> {
    if (!this.#isOpen || isSameStatus(status, this.lastOf(object))) return;
    this.#waiting.set(object.uid, { owner, object, status });
    this.#note(object);
  }

  #note({ uid, namespace, name }: CustomResource): void {
    this.#queue.note({ uid, namespace, name });
  }

  async #write({ uid, notedMs = 0 }: QueuedObject): Promise<Looked> {
    await this.#afterCopies(notedMs);
    const waiting = this.#waiting.get(uid);
    if (waiting === undefined) return 'done';
    const { owner, object, status } = waiting;
    const newest = this.#parts.known(object);
    if (newest?.uid === uid) {
      try {
        await this.#parts.statuses.write(owner, newest, status);
      } catch (error) {
        const code = error instanceof SallyportError ? error.code : undefined;
        // The object has changed, or another one has its name: the watch will show which.
        if (code === 'Conflict') return 'repeat';
        if (code !== 'NotFound') throw error;
      }
    }
    // A newer one was noted meanwhile.
    if (this.#waiting.get(uid) === waiting) this.#waiting.delete(uid);
    if (this.#waiting.size === 0) this.#onEmpty();
    return 'done';
  }

  /** Waits while copies are written, but not longer than a status may be late. */
  async #afterCopies(notedMs: number): Promise<void> {
    const untilMs = notedMs + shareLimits.statusLateMsMax;
    while (this.#isOpen && this.#parts.isBusy() && performance.now() < untilMs) {
      await new Promise((resolve) => {
        setTimeout(resolve, shareLimits.statusPolledMs);
      });
    }
  }

  #emptied(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, shareLimits.statusesEndedMsMax);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
