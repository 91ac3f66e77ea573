import type { NeededRight } from '../../custom-resources/domain/author-rights.js';
import type { KnownAuthor } from '../../custom-resources/domain/author.js';
import type { CustomResource } from '../../custom-resources/domain/custom-resource.js';
import { rightToSecret } from '../domain/author-needs.js';
import { importKind, type ParsedImport } from '../domain/import-spec.js';
import { type ParsedShare, shareKind } from '../domain/share-spec.js';
import { reasonOf } from '../../custom-resources/domain/status-condition.js';
import { rightsToTarget } from '../domain/target-rights.js';
import type { ObjectStatuses } from '../../custom-resources/domain/object-statuses.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { AuthorChecks, AuthoredObject } from './author-checks.js';
import type { QueuedObject } from '../../platform/lifecycle/object-queue.js';
import type { CopyRecords } from './copy-records.js';
import { authorQuestions } from './domain/author-questions.js';

export interface CopyAuthorsDependencies {
  readonly shares: Pick<ShareDependencies, 'knownImports' | 'knownShares' | 'authors' | 'records'>;
  readonly statuses: Pick<ObjectStatuses, 'lastOf'>;
  readonly shareStatuses: Pick<ObjectStatuses, 'lastOf'>;
  readonly copies: Pick<CopyRecords, 'get'>;
  readonly checks: Pick<AuthorChecks, 'set' | 'forget'>;
}

/** Object that delivers, and the rights that its author needs. */
interface Delivering {
  readonly kind: AuthoredObject['kind'];
  readonly isSettled: boolean;
  readonly parsed: ParsedShare | ParsedImport;
  readonly rights: readonly NeededRight[];
}

const resources = { import: importKind.resource, share: shareKind.resource };

/**
 * Authors of the shares and imports that deliver, as looks have found them. Other objects have no
 * questions about their authors: these are looked at again and again.
 */
export class CopyAuthors {
  readonly #parts: CopyAuthorsDependencies;

  constructor(parts: CopyAuthorsDependencies) {
    this.#parts = parts;
  }

  /** Learns who the author of an import is, after a look at it. Never throws. */
  learnImport(item: QueuedObject): Promise<void> {
    return this.#learn(item, () => this.#deliveredImport(item));
  }

  /** Learns who the author of a share is, after a look at it. Never throws. */
  learnShare(item: QueuedObject): Promise<void> {
    return this.#learn(item, () => this.#activeShare(item));
  }

  async #learn(
    { uid, namespace, name }: QueuedObject,
    find: () => Delivering | undefined,
  ): Promise<void> {
    const { checks } = this.#parts;
    const before = find();
    const author = before && (await this.#authorOf(before));
    // It may have changed meanwhile.
    const now = find();
    const isSame = now?.parsed.specHash === before?.parsed.specHash;
    if (author === undefined || now === undefined || !isSame) return checks.forget(uid);
    const { kind, isSettled, rights } = now;
    const object = { uid, namespace, name, kind, isSettled };
    checks.set(object, authorQuestions(author, namespace, rights));
  }

  /** Returns the author; undefined if nobody is known, or the database does not answer. */
  async #authorOf({ kind, parsed }: Delivering): Promise<KnownAuthor | undefined> {
    const { records, authors } = this.#parts.shares;
    const { object, specHash } = parsed;
    try {
      const recorded = await records.get(object.uid);
      return await authors.of(resources[kind], { object, specHash, recorded });
    } catch {
      return undefined;
    }
  }

  #deliveredImport(item: QueuedObject): Delivering | undefined {
    const { shares, statuses, copies } = this.#parts;
    const parsed = shares.knownImports.get(item);
    if (parsed?.spec === undefined || parsed.object.uid !== item.uid) return undefined;
    const { object, spec } = parsed;
    const status = statuses.lastOf(object);
    if (!isOf(status, object)) return undefined;
    // Callers read values of an import without a target, whatever its author may do.
    const isSettled = reasonOf(status) === (spec.target === undefined ? 'Granted' : 'Delivered');
    // The target can have earlier values, whatever prevents that it gets the present ones.
    const isCopied = (copies.get(item.uid)?.keys.length ?? 0) > 0;
    if (!isSettled && !isCopied) return undefined;
    return { kind: 'import', isSettled, parsed, rights: rightsToTarget(spec) };
  }

  #activeShare(item: QueuedObject): Delivering | undefined {
    const { shares, shareStatuses } = this.#parts;
    const parsed = shares.knownShares.get(item);
    if (parsed?.spec === undefined || parsed.object.uid !== item.uid) return undefined;
    const { object, spec } = parsed;
    const status = shareStatuses.lastOf(object);
    if (status['state'] !== 'Active' || !isOf(status, object)) return undefined;
    return { kind: 'share', isSettled: true, parsed, rights: [rightToSecret(spec)] };
  }
}

/** Reports whether a status is about the present spec of an object. */
function isOf(status: CustomResource['status'], { generation }: CustomResource): boolean {
  return status['observedGeneration'] === generation;
}
