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
}

/** Questions about copies that no change was observed of: the loss of a right is not observed. */
export class CopyRecheck {
  readonly #parts: CopyRecheckDependencies;

  constructor(parts: CopyRecheckDependencies) {
    this.#parts = parts;
  }

  /**
   * Reports whether a copy needs a look: it has a problem, or one of both authors lost a right.
   * Throws Unavailable if that is not known.
   */
  async isLookDue(item: QueuedObject): Promise<boolean> {
    const { shares, statuses } = this.#parts;
    const imported = shares.knownImports.get(item);
    if (imported?.object.uid !== item.uid || imported.spec?.target === undefined) return true;
    if (reasonOf(statuses.lastOf(imported.object)) !== 'Delivered') return true;
    const { problem } = await authorOfImport(shares, imported);
    return problem !== undefined || (await this.#isShareEnded(imported));
  }

  async #isShareEnded({ spec }: ParsedImport): Promise<boolean> {
    const { knownShares, states } = this.#parts.shares;
    const from = spec?.from;
    const share = from && knownShares.get({ namespace: from.namespace, name: from.share });
    if (share?.spec === undefined) return true;
    return (await states.of(share, share.spec)).problem !== undefined;
  }
}
