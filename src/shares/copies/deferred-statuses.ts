import { SallyportError } from '../../core/errors/sallyport-error.js';
import { shareLimits } from '../../core/share-limits.js';
import type {
  CustomResource,
  CustomResourceStatus,
} from '../../custom-resources/domain/custom-resource.js';
import { isSameStatus } from '../../custom-resources/domain/same-status.js';
import type { ObjectStatuses, StatusOwner } from '../object-statuses.js';
import { CopyQueue, type Looked } from './copy-queue.js';

export interface DeferredStatusesDependencies {
  readonly statuses: Pick<ObjectStatuses, 'write' | 'lastOf'>;
  readonly onFault: (error: unknown) => void;
}

interface Waiting {
  readonly owner: StatusOwner;
  readonly object: CustomResource;
  readonly status: CustomResourceStatus;
}

/**
 * Statuses of imports, which are written in the background and few at a time: a change of a shared
 * Secret reaches all its copies first. Only the newest status of an import waits.
 */
export class DeferredStatuses {
  readonly #statuses: DeferredStatusesDependencies['statuses'];
  readonly #queue: CopyQueue;
  /** By uid. */
  readonly #waiting = new Map<string, Waiting>();

  constructor({ statuses, onFault }: DeferredStatusesDependencies) {
    this.#statuses = statuses;
    const atOnceMax = shareLimits.statusesAtOnceMax;
    this.#queue = new CopyQueue({ work: ({ uid }) => this.#write(uid), onFault, atOnceMax });
  }

  open(): void {
    this.#queue.open([]);
  }

  /** Forgets what waits; resolves once all writes have ended. */
  async close(): Promise<void> {
    this.#waiting.clear();
    await this.#queue.close();
  }

  /** Returns the status that is to be written; else the newest known one. */
  lastOf(object: Pick<CustomResource, 'uid' | 'status'>): CustomResourceStatus {
    return this.#waiting.get(object.uid)?.status ?? this.#statuses.lastOf(object);
  }

  /** Lets a status be written, unless the object has it. */
  async write(
    owner: StatusOwner,
    object: CustomResource,
    status: CustomResourceStatus,
  ): Promise<void> {
    if (isSameStatus(status, this.lastOf(object))) return;
    const { uid, namespace, name } = object;
    this.#waiting.set(uid, { owner, object, status });
    this.#queue.note({ uid, namespace, name });
  }

  async #write(uid: string): Promise<Looked> {
    const waiting = this.#waiting.get(uid);
    if (waiting === undefined) return 'done';
    const { owner, object, status } = waiting;
    await this.#statuses.write(owner, object, status).catch(unlessGone);
    // A newer one was noted meanwhile.
    if (this.#waiting.get(uid) === waiting) this.#waiting.delete(uid);
    return 'done';
  }
}

/** Ignores that the object is not there any more. Throws all other errors. */
function unlessGone(error: unknown): void {
  const code = error instanceof SallyportError ? error.code : undefined;
  if (code !== 'NotFound' && code !== 'Conflict') throw error;
}
