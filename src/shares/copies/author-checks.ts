import type { RbacChanges } from '../../access/domain/rbac-changes.js';
import { shareLimits } from '../../core/share-limits.js';
import type { AuthorRights } from '../../custom-resources/domain/author-rights.js';
import { CheckRound } from './check-round.js';
import {
  ObjectQueue,
  type Looked,
  type QueuedObject,
} from '../../platform/lifecycle/object-queue.js';
import type { AuthorQuestion } from './domain/author-questions.js';

/** Share or import whose author must keep rights. */
export interface AuthoredObject extends QueuedObject {
  readonly kind: 'share' | 'import';
  /** Whether it delivers all that it should, so that only its author can end that. */
  readonly isSettled: boolean;
}

export interface AuthorChecksDependencies {
  readonly rights: Pick<AuthorRights, 'uidOf' | 'isAllowedForAll'>;
  readonly rbac: Pick<RbacChanges, 'isLive'>;
  /** Called with each object whose author may have lost a right. */
  readonly onDoubt: (object: AuthoredObject) => void;
  readonly onFault: (error: unknown) => void;
}

interface Known {
  readonly question: AuthorQuestion;
  /** Objects that depend on the answer, by uid. */
  readonly objects: Map<string, AuthoredObject>;
  /** Undefined before the first answer. */
  isYes: boolean | undefined;
}

interface Asked {
  readonly isSettled: boolean;
  readonly known: readonly Known[];
}

/** Part of a round that each tick takes; it takes all within `everyMs`, if the bound permits. */
interface Pace {
  readonly everyMs: number;
  readonly countMax: number;
}

/** Pace of questions about rights while changes of RBAC are watched. */
const watched: Pace = {
  everyMs: shareLimits.authorRightsCheckedMs,
  countMax: shareLimits.authorRightsAtOnceMax,
};
const unwatched: Pace = {
  everyMs: shareLimits.authorRightsUnwatchedMs,
  countMax: shareLimits.authorRightsUnwatchedAtOnceMax,
};
const ofAccounts: Pace = {
  everyMs: shareLimits.authorAccountsCheckedMs,
  countMax: shareLimits.authorAccountsAtOnceMax,
};

/**
 * Questions to the cluster about the authors of shares and copies. All objects of an author share
 * them, so that a lost right is noticed soon, however many copies there are.
 */
export class AuthorChecks {
  readonly #parts: AuthorChecksDependencies;
  readonly #known = new Map<string, Known>();
  /** By uid of the object. */
  readonly #ofObject = new Map<string, Asked>();
  /** Questions about rights, by their namespace: changes of RBAC concern these. */
  readonly #rights = new Map<string, Map<string, Known>>();
  readonly #accounts = new PacedRound((key) => this.#known.has(key));
  readonly #allowed = new PacedRound((key) => this.#known.has(key));
  readonly #queue: ObjectQueue;
  #isOpen = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AuthorChecksDependencies) {
    this.#parts = parts;
    const { onFault } = parts;
    const atOnceMax = shareLimits.rechecksAtOnceMax;
    this.#queue = new ObjectQueue({ work: ({ uid }) => this.#ask(uid), onFault, atOnceMax });
  }

  /** Returns the number of different questions. */
  get size(): number {
    return this.#known.size;
  }

  /** Begins a term. */
  open(): void {
    this.#isOpen = true;
    this.#queue.open([]);
    // Questions in one batch cost less than a third of the same questions one by one.
    this.#timer = setInterval(() => this.#tick(), shareLimits.recheckedMs);
  }

  /** Forgets all questions; resolves once none is on its way. */
  async close(): Promise<void> {
    this.#isOpen = false;
    clearInterval(this.#timer);
    this.#known.clear();
    this.#ofObject.clear();
    this.#rights.clear();
    this.#accounts.clear();
    this.#allowed.clear();
    await this.#queue.close();
  }

  /** Sets the questions that an object depends on from now on. */
  set(object: AuthoredObject, questions: readonly AuthorQuestion[]): void {
    if (!this.#isOpen) return;
    const { uid, isSettled } = object;
    const before = this.#ofObject.get(uid)?.known ?? [];
    const known = questions.map((question) => this.#obtain(question));
    this.#ofObject.set(uid, { isSettled, known });
    for (const one of known) this.#attach(one, object);
    for (const one of before) if (!known.includes(one)) this.#detach(one, uid);
  }

  /** Forgets an object. */
  forget(uid: string): void {
    for (const one of this.#ofObject.get(uid)?.known ?? []) this.#detach(one, uid);
    this.#ofObject.delete(uid);
  }

  /** Reports whether an object is settled, and its author has its rights by the last answers. */
  covers(uid: string): boolean {
    const asked = this.#ofObject.get(uid);
    return asked?.isSettled === true && asked.known.every(({ isYes }) => isYes === true);
  }

  /** Asks about all rights in these namespaces again; `''`: in all. */
  recheck(namespaces: ReadonlySet<string>): void {
    for (const namespace of namespaces.has('') ? this.#rights.keys() : namespaces) {
      for (const known of this.#rights.get(namespace)?.values() ?? []) this.#note(known.question);
    }
  }

  #obtain(question: AuthorQuestion): Known {
    const { kind, key, namespace } = question;
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const made: Known = { question, objects: new Map(), isYes: undefined };
    this.#known.set(key, made);
    (kind === 'account' ? this.#accounts : this.#allowed).add({ uid: key, namespace });
    if (kind === 'right') {
      const inNamespace = this.#rights.get(namespace) ?? new Map<string, Known>();
      this.#rights.set(namespace, inNamespace.set(key, made));
    }
    this.#note(question);
    return made;
  }

  #attach(known: Known, object: AuthoredObject): void {
    known.objects.set(object.uid, object);
    const isContradicted = known.question.kind === 'account' && known.isYes === false;
    if (!isContradicted || !object.isSettled) return;
    // A look has found the account since: it can be deleted only later.
    known.isYes = undefined;
    this.#note(known.question);
  }

  #detach(known: Known, uid: string): void {
    known.objects.delete(uid);
    if (known.objects.size > 0) return;
    const { key, namespace } = known.question;
    this.#known.delete(key);
    const inNamespace = this.#rights.get(namespace);
    inNamespace?.delete(key);
    if (inNamespace?.size === 0) this.#rights.delete(namespace);
  }

  #note({ key, namespace }: AuthorQuestion): void {
    this.#queue.note({ uid: key, namespace, name: '' });
  }

  /** Asks some questions again: no event reports that an account was deleted. */
  #tick(): void {
    const ofRights = this.#parts.rbac.isLive() ? watched : unwatched;
    const due = [...this.#accounts.take(ofAccounts), ...this.#allowed.take(ofRights)];
    for (const { uid, namespace } of due) this.#queue.note({ uid, namespace, name: '' });
  }

  async #ask(key: string): Promise<Looked> {
    const known = this.#known.get(key);
    if (known === undefined) return 'done';
    const isYes = await this.#answer(known.question);
    if (this.#known.get(key) !== known) return 'done';
    const before = known.isYes;
    known.isYes = isYes;
    // A look asks about a right to one name, which the author may have without a right to all.
    const isLost = known.question.kind === 'account' ? before !== false : before === true;
    if (isYes || !isLost) return 'done';
    for (const object of [...known.objects.values()]) this.#parts.onDoubt(object);
    return 'done';
  }

  async #answer(question: AuthorQuestion): Promise<boolean> {
    const { rights } = this.#parts;
    if (question.kind === 'account') return (await rights.uidOf(question)) === question.uid;
    const { author, namespace, right } = question;
    return rights.isAllowedForAll(author, namespace, right);
  }
}

/** Round of questions by their keys, of which each tick takes a part. */
class PacedRound {
  readonly #round: CheckRound<{ readonly uid: string; readonly namespace: string }>;
  /** Time for which questions are due, summed over the round; the rest of a division is carried. */
  #dueMs = 0;

  constructor(isThere: (key: string) => boolean) {
    this.#round = new CheckRound(({ uid }) => isThere(uid));
  }

  add(item: { readonly uid: string; readonly namespace: string }): void {
    this.#round.add(item);
  }

  take({ everyMs, countMax }: Pace) {
    const dueMs = this.#dueMs + this.#round.size * shareLimits.recheckedMs;
    const count = Math.min(Math.floor(dueMs / everyMs), countMax);
    this.#dueMs = dueMs % everyMs;
    return this.#round.take(count);
  }

  clear(): void {
    this.#round.clear();
    this.#dueMs = 0;
  }
}
