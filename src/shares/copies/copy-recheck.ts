import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { ParsedImport } from '../domain/import-spec.js';
import { reasonOf } from '../domain/status-condition.js';
import type { ObjectStatuses } from '../object-statuses.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { QueuedObject } from './copy-queue.js';
import { authorOfImport } from './import-author.js';

export interface CopyRecheckDependencies {
  readonly shares: Pick<
    ShareDependencies,
    'knownImports' | 'knownShares' | 'states' | 'authors' | 'records'
  >;
  readonly statuses: Pick<ObjectStatuses, 'lastOf'>;
  readonly secrets: Pick<SecretCache, 'isReadable'>;
}

/** Questions about copies of which no change was observed: not every change is observed. */
export class CopyRecheck {
  readonly #parts: CopyRecheckDependencies;

  constructor(parts: CopyRecheckDependencies) {
    this.#parts = parts;
  }

  /**
   * Reports whether a copy needs a look: it has a problem, an author lost a right, or a look alone
   * can compare it, because its source or its target is not watched. Throws Unavailable if that is
   * not known.
   */
  async isLookDue(item: QueuedObject): Promise<boolean> {
    const { shares, statuses } = this.#parts;
    const imported = shares.knownImports.get(item);
    if (imported?.object.uid !== item.uid || imported.spec?.target === undefined) return true;
    if (reasonOf(statuses.lastOf(imported.object)) !== 'Delivered') return true;
    if (!this.#isWatched(imported)) return true;
    const { problem } = await authorOfImport(shares, imported);
    return problem !== undefined || (await this.#isShareEnded(imported));
  }

  #isWatched({ object, spec }: ParsedImport): boolean {
    const { secrets } = this.#parts;
    const source = spec?.from.namespace;
    if (source === undefined || !secrets.isReadable(source)) return false;
    return secrets.isReadable(object.namespace);
  }

  async #isShareEnded({ spec }: ParsedImport): Promise<boolean> {
    const { knownShares, states } = this.#parts.shares;
    const from = spec?.from;
    const share = from && knownShares.get({ namespace: from.namespace, name: from.share });
    if (share?.spec === undefined) return true;
    return (await states.of(share, share.spec)).problem !== undefined;
  }
}
