import { isNoNewer } from '../../versions/domain/resource-version.js';
import type { CachedSecret } from '../domain/cache/cached-secret.js';
import {
  type AbandonedVersions,
  type ChangeBounds,
  type ChangeBudget,
  ChangeBuffer,
} from '../domain/cache/change-buffer.js';
import { type Step, listDifference, stepsBetween } from '../domain/cache/list-difference.js';
import { secretChange } from '../domain/cache/secret-change.js';
import type { NamespaceView } from '../domain/cache/namespace-view.js';
import type { SecretDocuments } from '../domain/cache/secret-documents.js';
import type { ByteBudget } from './byte-budget.js';
import { CachedNamespace } from './cached-namespace.js';
import { ChangesAtOnce } from './changes-at-once.js';
import { ListedSecrets } from './listed-secrets.js';
import { NamespaceLog } from './namespace-log.js';
import { StateBodies } from './state-bodies.js';

export interface CachedCollectionDependencies {
  readonly documents: SecretDocuments;
  readonly bytes: ByteBudget;
  readonly changes: ChangeBudget;
  /** Bounds of one namespace. */
  readonly changesKept: ChangeBounds;
  /** Returns the uid of a namespace, as last received. */
  readonly incarnation: (namespace: string) => string | undefined;
  readonly view: (namespace: string) => NamespaceView | undefined;
  /** Called for each step once readers can see it. */
  readonly onStep: (step: Step) => void;
  /** Called when this state is over. */
  readonly onOver: (state: CachedSecret) => void;
  /** Called if there is no room: it is empty from here on. */
  readonly onTooLarge: () => void;
  readonly onFault: (error: unknown) => void;
}

interface Keeping {
  /** Resource version that was reached before. */
  readonly before: string;
  /** Room for changes that come together; one change always has room. */
  readonly room?: ChangesAtOnce;
}

/** Secrets that one watch covers: the Secrets of a namespace, or of all namespaces. */
export class CachedCollection {
  readonly #parts: CachedCollectionDependencies;
  readonly #bodies: StateBodies;
  readonly #namespaces = new Map<string, CachedNamespace>();
  #listed: ListedSecrets | undefined;
  #reached = '';
  #isListed = false;
  #isTooLarge = false;
  /** Resource version since which namespaces without cached data have not changed. */
  #quietSince = '';
  #abandoned: AbandonedVersions | undefined;

  constructor(parts: CachedCollectionDependencies) {
    this.#parts = parts;
    this.#bodies = new StateBodies(parts.documents);
  }

  /** Returns the version up to which everything was received; '' before the first list. */
  get reached(): string {
    return this.#reached;
  }

  /** Reports whether it contains everything that exists at `reached`. */
  get isComplete(): boolean {
    return this.#isListed;
  }

  /** Reports whether its Secrets exceed the limits: the cache is empty until the next list. */
  get isTooLarge(): boolean {
    return this.#isTooLarge;
  }

  get namespaces(): Iterable<CachedNamespace> {
    return this.#namespaces.values();
  }

  get(namespace: string): CachedNamespace | undefined {
    return this.#namespaces.get(namespace);
  }

  /** Returns the namespace's entry; creates it if absent. */
  obtain(namespace: string): CachedNamespace {
    return this.#namespaces.get(namespace) ?? this.#make(namespace);
  }

  page(secrets: readonly CachedSecret[], isFirst: boolean): void {
    if (isFirst) {
      this.#listed?.forget();
      this.#listed = new ListedSecrets(this.#parts.bytes);
      this.#isTooLarge = false;
    }
    for (const secret of secrets) {
      const held = this.#namespaces.get(secret.namespace)?.get(secret.name);
      if (this.#listed?.add(secret, held) === false) this.#giveUp();
    }
  }

  /** Returns the list with the time of its first part; undefined if it was too large. */
  listed(resourceVersion: string): { readonly beganAtMs: number } | undefined {
    const listed = this.#listed;
    this.#listed = undefined;
    if (listed === undefined) return undefined;
    const before = this.#reached;
    const isFirst = !this.#isListed;
    // The cluster was restored to an older state: treat cached Secrets missing from the list as
    // never created.
    const isRolledBack = !isFirst && !isNoNewer(before, resourceVersion);
    this.#reached = resourceVersion;
    if (isFirst || isRolledBack) this.#quietSince = resourceVersion;
    if (isRolledBack) this.#abandon(before);
    this.#isListed = true;
    const names = new Set([...this.#namespaces.keys(), ...listed.namespaces.keys()]);
    const room = new ChangesAtOnce();
    const isHeard = (name: string): boolean => this.#namespaces.get(name)?.log.isHeard === true;
    // Namespaces with listeners get room first.
    for (const name of [...names].toSorted((a, b) => +isHeard(b) - +isHeard(a))) {
      const namespace = this.obtain(name);
      const there = listed.namespaces.get(name) ?? new Map<string, CachedSecret>();
      const steps = listDifference(namespace.byName, there);
      this.#take(namespace, steps, isFirst || isRolledBack ? undefined : { before, room });
      if (isRolledBack) this.#beginAnew(namespace);
    }
    return { beganAtMs: listed.beganAtMs };
  }

  stored(secret: CachedSecret, resourceVersion: string): void {
    const before = this.#reached;
    this.#reached = resourceVersion;
    if (!this.#isListed) return;
    const namespace = this.#namespaces.get(secret.namespace) ?? this.#make(secret.namespace);
    const steps = stepsBetween(namespace.get(secret.name), secret);
    for (const { after } of steps) {
      if (after !== undefined && !this.#parts.bytes.take(after)) return this.#giveUp();
    }
    this.#take(namespace, steps, { before });
  }

  removed(secret: CachedSecret, resourceVersion: string): void {
    const before = this.#reached;
    this.#reached = resourceVersion;
    const namespace = this.#namespaces.get(secret.namespace);
    const held = namespace?.get(secret.name);
    if (namespace === undefined || held?.uid !== secret.uid) return;
    this.#take(namespace, [{ before: held, after: undefined }], { before });
    if (namespace.size === 0) this.#letGoIfGone(namespace);
  }

  reachedAt(resourceVersion: string): void {
    this.#reached = resourceVersion;
  }

  /** Updates namespaces: cached states of a deleted namespace belong to its successor. */
  adjust(): void {
    for (const namespace of this.#namespaces.values()) {
      const uid = this.#parts.incarnation(namespace.namespace);
      if (uid === namespace.incarnation) continue;
      if (namespace.size === 0 && uid === undefined) {
        this.#letGoIfGone(namespace);
        continue;
      }
      if (uid !== undefined && namespace.incarnation !== undefined) this.#beginAnew(namespace);
      if (uid !== undefined) namespace.incarnation = uid;
    }
  }

  /** Drops everything; the collection receives nothing more. */
  end(): void {
    this.#isListed = false;
    this.#listed?.forget();
    this.#listed = undefined;
    for (const namespace of this.#namespaces.values()) {
      for (const state of namespace.byName.values()) this.#over(state);
      namespace.log.end();
    }
    this.#namespaces.clear();
  }

  #giveUp(): void {
    this.end();
    this.#isTooLarge = true;
    this.#parts.onTooLarge();
  }

  #abandon(before: string): void {
    const earlier = this.#abandoned?.upTo ?? before;
    const upTo = isNoNewer(earlier, before) ? before : earlier;
    this.#abandoned = { behind: this.#reached, upTo };
  }

  /** Applies steps; `kept`: how to retain them; absent if nobody has seen an earlier state. */
  #take(namespace: CachedNamespace, steps: readonly Step[], kept: Keeping | undefined): void {
    for (const step of steps) {
      namespace.take(step);
      if (step.before !== undefined) this.#over(step.before);
    }
    if (kept !== undefined) this.#keep(namespace, steps, kept);
    for (const step of steps) this.#parts.onStep(step);
    if (kept !== undefined && steps.length > 0) namespace.log.tell();
  }

  /** Retains changes; if more come together than may be retained, no reader could take a part. */
  #keep(namespace: CachedNamespace, steps: readonly Step[], { before, room }: Keeping): void {
    const { kept } = namespace.log;
    const endsAt = this.#reached;
    const isTooMany = steps.length > this.#parts.changesKept.countMax;
    if (isTooMany || room?.take(steps) === false) return kept.skip(steps.length, endsAt);
    for (const [index, step] of steps.entries()) {
      const isLast = index === steps.length - 1;
      try {
        kept.add(this.#changeOf(step), { reached: isLast ? endsAt : before, endsAt });
      } catch (error) {
        // Waiting readers must read again.
        kept.skip(1, endsAt);
        this.#parts.onFault(error);
      }
    }
  }

  #changeOf({ before, after }: Step) {
    return secretChange(
      before && this.#bodies.read(before),
      after && this.#bodies.read(after),
      after?.resourceVersion ?? this.#reached,
    );
  }

  #make(namespace: string): CachedNamespace {
    const made = new CachedNamespace({
      namespace,
      log: this.#logOf(namespace, this.#quietSince),
      incarnation: this.#parts.incarnation(namespace),
      reached: () => this.#reached,
    });
    this.#namespaces.set(namespace, made);
    return made;
  }

  #logOf(namespace: string, startsAt: string): NamespaceLog {
    const { changes, changesKept, view, onFault } = this.#parts;
    const abandoned = this.#abandoned;
    return new NamespaceLog({
      kept: new ChangeBuffer({ ...changesKept, room: changes, startsAt, abandoned }),
      reached: () => this.#reached,
      view: () => view(namespace),
      onFault,
    });
  }

  #beginAnew(namespace: CachedNamespace): void {
    namespace.log.end();
    namespace.log = this.#logOf(namespace.namespace, this.#reached);
  }

  #letGoIfGone(namespace: CachedNamespace): void {
    if (this.#parts.incarnation(namespace.namespace) !== undefined) return;
    this.#namespaces.delete(namespace.namespace);
    this.#quietSince = this.#reached;
    namespace.log.end();
  }

  #over(state: CachedSecret): void {
    this.#parts.bytes.give(state);
    this.#parts.onOver(state);
  }
}
