import { shareLimits } from '../../core/share-limits.js';
import type { CustomResourceStatus } from '../../custom-resources/domain/custom-resource.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { ParsedImport } from '../domain/import-spec.js';
import { parsePins } from '../domain/share-pins.js';
import { reasonOf } from '../../custom-resources/domain/status-condition.js';
import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { AuthorChecks } from './author-checks.js';
import type { QueuedObject } from '../../platform/lifecycle/object-queue.js';
import { isEndedByObjects } from './domain/ended-first.js';
import { authorOfImport } from './import-author.js';

export interface CopyRecheckDependencies {
  readonly shares: Pick<
    ShareDependencies,
    'knownImports' | 'knownShares' | 'states' | 'authors' | 'records' | 'clock'
  >;
  readonly statuses: Pick<ObjectStatuses, 'lastOf'>;
  readonly shareStatuses: Pick<ObjectStatuses, 'lastOf'>;
  readonly secrets: Pick<SecretCache, 'isReadable'>;
  /** Authors whose rights are checked by questions that their objects share. */
  readonly checks: Pick<AuthorChecks, 'covers'>;
}

/** Questions about copies of which no change was observed: not every change is observed. */
export class CopyRecheck {
  readonly #parts: CopyRecheckDependencies;

  constructor(parts: CopyRecheckDependencies) {
    this.#parts = parts;
  }

  /**
   * Reports whether a copy needs a look: it has a problem, an author lost a right, or a look alone
   * can compare it, because its source or its target is not watched. `isExact`: asks about the
   * rights of an author that is checked for all its objects, and about no other. Throws Unavailable
   * if that is not known.
   */
  async isLookDue(item: QueuedObject, isExact: boolean): Promise<boolean> {
    const { shares, statuses, checks } = this.#parts;
    if (isExact && !checks.covers(item.uid)) return false;
    const imported = shares.knownImports.get(item);
    if (imported?.object.uid !== item.uid || imported.spec?.target === undefined) return true;
    if (reasonOf(statuses.lastOf(imported.object)) !== 'Delivered') return true;
    if (!this.#isWatched(imported)) return true;
    if (isExact || !checks.covers(item.uid)) {
      const { problem } = await authorOfImport(shares, imported);
      if (problem !== undefined) return true;
    }
    return this.#isShareEnded(imported, isExact);
  }

  /**
   * Reports whether a share needs a look: its author or its Secret is not observed, or its status
   * lacks a consumer, which any replica may have recorded. Throws Unavailable if that is not known.
   */
  async isShareLookDue(item: QueuedObject): Promise<boolean> {
    const { shares, shareStatuses, checks, secrets } = this.#parts;
    const { uid, namespace } = item;
    const share = shares.knownShares.get(item);
    const isObserved = checks.covers(uid) && secrets.isReadable(namespace);
    if (share?.object.uid !== uid || !isObserved) return true;
    const { consumers } = parsePins((await shares.records.get(uid))?.facts);
    const recorded = Object.keys(consumers).toSorted().slice(0, shareLimits.consumersMax);
    const stated = consumersIn(shareStatuses.lastOf(share.object));
    return recorded.join() !== stated.join();
  }

  #isWatched({ object, spec }: ParsedImport): boolean {
    const { secrets } = this.#parts;
    const source = spec?.from.namespace;
    if (source === undefined || !secrets.isReadable(source)) return false;
    return secrets.isReadable(object.namespace);
  }

  async #isShareEnded(imported: ParsedImport, isExact: boolean): Promise<boolean> {
    const { shares, checks } = this.#parts;
    const from = imported.spec?.from;
    const share = from && shares.knownShares.get({ namespace: from.namespace, name: from.share });
    if (share?.spec === undefined) return true;
    // The clock can have been set since the share was compared with it.
    if (isEndedByObjects({ imported, share }, shares.clock.nowMs())) return true;
    if (!isExact && checks.covers(share.object.uid)) return false;
    return (await shares.states.of(share, share.spec)).problem !== undefined;
  }
}

/** Returns the namespaces of the consumers in the status of a share, in their order. */
function consumersIn(status: CustomResourceStatus): readonly string[] {
  const list: unknown = status['consumers'];
  const consumers = Array.isArray(list) ? (list as readonly { readonly namespace: string }[]) : [];
  return consumers.map(({ namespace }) => namespace);
}
