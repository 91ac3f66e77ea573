import type { RbacChanges } from '../../access/domain/rbac-changes.js';
import { shareLimits } from '../../core/share-limits.js';
import type { SecretCache } from '../../secrets/domain/cache/secret-cache.js';
import type { SecretRef } from '../../secrets/domain/secret.js';
import { placeKey, RegistryIndex } from '../../custom-resources/domain/registry-index.js';
import type { ParsedImport } from '../domain/import-spec.js';
import type { ParsedShare } from '../domain/share-spec.js';
import type { ImportsByShare } from '../imports-by-share.js';
import type { ShareDependencies } from '../shares.dependencies.js';
import type { AuthorChecks, AuthoredObject } from './author-checks.js';
import type { ObjectQueue, QueuedObject } from '../../platform/lifecycle/object-queue.js';
import { GatheredRbacChanges } from './gathered-rbac-changes.js';
import { ShareExpiries } from './share-expiries.js';

export interface CopyTriggersDependencies {
  readonly shares: Pick<ShareDependencies, 'knownShares' | 'knownImports' | 'clock' | 'states'>;
  readonly importsOf: Pick<ImportsByShare, 'of'>;
  readonly secrets: Pick<SecretCache, 'onChange'>;
  readonly rbac: Pick<RbacChanges, 'onChange'>;
  /** Authors whose rights are checked by questions that their objects share. */
  readonly authors: Pick<AuthorChecks, 'covers' | 'recheck'>;
  readonly queue: Pick<ObjectQueue, 'note'>;
  /** Shares whose status may have to change. */
  readonly shareQueue: Pick<ObjectQueue, 'note'>;
}

interface NotedImport extends QueuedObject {
  readonly generation: number;
}

/** Notes shares and imports that may have to change, for the reasons that can be observed. */
export class CopyTriggers {
  readonly #parts: CopyTriggersDependencies;
  /** Imports whose spec was noted, by their place. */
  readonly #noted = new Map<string, NotedImport>();
  /** Shares whose spec was noted, by uid. */
  readonly #generations = new Map<string, number>();
  readonly #expiries = new ShareExpiries();
  /** Shares by the Secret that they share. */
  readonly #bySecret: RegistryIndex<ParsedShare>;
  /** Imports by the Secret that receives the copy. */
  readonly #byTarget: RegistryIndex<ParsedImport>;
  readonly #rbacChanges: GatheredRbacChanges;
  #expiring: NodeJS.Timeout | undefined;

  constructor(parts: CopyTriggersDependencies) {
    this.#parts = parts;
    const { shares, secrets, rbac } = parts;
    this.#bySecret = new RegistryIndex(shares.knownShares, ({ object, spec }) =>
      keysIn(object.namespace, spec?.secretName),
    );
    this.#byTarget = new RegistryIndex(shares.knownImports, ({ object, spec }) =>
      keysIn(object.namespace, spec?.target?.secretName),
    );
    shares.knownImports.onChange((imported) => this.#importChanged(imported));
    shares.knownShares.onChange((share) => this.#shareChanged(share));
    secrets.onChange((ref) => this.#secretChanged(ref));
    const check = (namespaces: ReadonlySet<string>): void => this.#checkRights(namespaces);
    this.#rbacChanges = new GatheredRbacChanges({ clock: shares.clock, check });
    rbac.onChange((concern) => this.#rbacChanges.note(concern));
  }

  start(): void {
    this.#expiring = setInterval(() => this.#noteExpired(), shareLimits.expiryCheckedMs);
  }

  stop(): void {
    clearInterval(this.#expiring);
    this.#rbacChanges.stop();
  }

  /** Notes an import. */
  note({ object }: { readonly object: QueuedObject }): void {
    const { uid, namespace, name } = object;
    this.#parts.queue.note({ uid, namespace, name });
  }

  /** Notes a share. */
  noteShare({ object }: Pick<ParsedShare, 'object'>): void {
    const { uid, namespace, name } = object;
    this.#parts.shareQueue.note({ uid, namespace, name });
  }

  /** Notes an object whose author may have lost a right. */
  noteDoubted(object: AuthoredObject): void {
    if (object.kind === 'import') return this.note({ object });
    const { knownShares, states } = this.#parts.shares;
    const share = knownShares.get(object);
    if (share?.object.uid !== object.uid) return;
    states.forget(share);
    this.#noteBoth(share);
  }

  /** Notes a share and all imports that name it. */
  #noteBoth(share: Pick<ParsedShare, 'object'>): void {
    this.noteShare(share);
    this.#noteImportsOf(share.object);
  }

  #noteImportsOf(share: SecretRef): void {
    for (const imported of this.#importsOf(share)) this.note(imported);
  }

  *#importsOf(share: SecretRef): Iterable<ParsedImport> {
    const { shares, importsOf } = this.#parts;
    for (const ref of importsOf.of(share)) {
      const imported = shares.knownImports.get(ref);
      if (imported !== undefined) yield imported;
    }
  }

  /** A change of the status alone is the gateway's own. */
  #importChanged(imported: ParsedImport): void {
    const { object } = imported;
    const place = placeKey(object);
    const before = this.#noted.get(place);
    const now = this.#parts.shares.knownImports.get(object)?.object;
    if (now === undefined) {
      this.#noted.delete(place);
      this.note({ object });
      this.#noteSourceOf(imported);
      return;
    }
    const { uid, namespace, name, generation } = now;
    this.#noted.set(place, { uid, namespace, name, generation });
    // The watch can miss that an import was deleted before another one got its name.
    if (before !== undefined && before.uid !== uid) this.note({ object: before });
    if (before?.uid === uid && before.generation === generation) return;
    this.note({ object: now });
    this.#noteSourceOf(imported);
  }

  /** The status of a share has the number of its imports. */
  #noteSourceOf({ spec }: ParsedImport): void {
    if (spec === undefined) return;
    const { namespace, share: name } = spec.from;
    const share = this.#parts.shares.knownShares.get({ namespace, name });
    if (share !== undefined) this.noteShare(share);
  }

  #shareChanged(share: ParsedShare): void {
    const { uid, generation } = share.object;
    const isThere = this.#parts.shares.knownShares.get(share.object)?.object.uid === uid;
    if (isThere && this.#generations.get(uid) === generation) return;
    if (isThere) this.#generations.set(uid, generation);
    else this.#generations.delete(uid);
    const expiresAt = isThere ? share.spec?.expiresAt : undefined;
    this.#expiries.set(share, expiresAt);
    this.#noteBoth(share);
  }

  #secretChanged(ref: SecretRef): void {
    // The state of being watched has changed: changes may have been missed.
    if (ref.name === '') return this.#namespaceChanged(ref.namespace);
    for (const share of this.#bySecret.of(placeKey(ref))) this.#noteBoth(share);
    for (const imported of this.#byTarget.of(placeKey(ref))) this.note(imported);
  }

  /** Notes what depends on any Secret of a namespace; `''`: of all namespaces. */
  #namespaceChanged(namespace: string): void {
    const { knownShares, knownImports } = this.#parts.shares;
    for (const place of namespace === '' ? knownShares.namespaces : [namespace]) {
      for (const share of knownShares.of(place).values()) this.#noteBoth(share);
    }
    for (const place of namespace === '' ? knownImports.namespaces : [namespace]) {
      for (const imported of knownImports.of(place).values()) {
        if (imported.spec?.target !== undefined) this.note(imported);
      }
    }
  }

  /**
   * Checks what depends on rights in these namespaces (`''`: in all). What delivers by the last
   * answers about its author needs no look, unless an answer changes.
   */
  #checkRights(namespaces: ReadonlySet<string>): void {
    const { authors, shares } = this.#parts;
    const { knownShares, knownImports, states } = shares;
    const isAll = namespaces.has('');
    for (const namespace of isAll ? knownShares.namespaces : namespaces) {
      for (const share of knownShares.of(namespace).values()) {
        states.forget(share);
        if (authors.covers(share.object.uid)) this.#noteUncovered(this.#importsOf(share.object));
        else this.#noteBoth(share);
      }
    }
    for (const namespace of isAll ? knownImports.namespaces : namespaces) {
      const imports = [...knownImports.of(namespace).values()];
      this.#noteUncovered(imports.filter(({ spec }) => spec?.target !== undefined));
    }
    authors.recheck(namespaces);
  }

  #noteUncovered(imports: Iterable<ParsedImport>): void {
    for (const imported of imports) {
      if (!this.#parts.authors.covers(imported.object.uid)) this.note(imported);
    }
  }

  #noteExpired(): void {
    const ended = this.#expiries.takeEnded(this.#parts.shares.clock.nowMs());
    for (const share of ended) this.#noteBoth(share);
  }
}

function keysIn(namespace: string, name: string | undefined): readonly string[] {
  return name === undefined ? [] : [placeKey({ namespace, name })];
}
