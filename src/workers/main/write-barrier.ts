import { workerLimits } from '../../core/worker-limits.js';
import type { ToWorker } from '../messages.js';

/** A worker that writes wait for. */
export interface BarrierMember {
  readonly isServing: boolean;
  send(message: ToWorker): void;
  kill(): void;
}

export interface WriteBarrierParts<Member extends BarrierMember> {
  readonly members: () => readonly Member[];
  /** Told of one that is ended since it does not answer. */
  readonly onSlow: () => void;
  readonly waitMsMax?: number;
}

interface Mark<Member> {
  readonly missing: Set<Member>;
  readonly done: () => void;
}

/**
 * Tells when every worker has heard of all writes of before: notes and marks come in their order.
 * One that does not answer in time is ended, and begins anew with what the cluster has.
 */
export class WriteBarrier<Member extends BarrierMember = BarrierMember> {
  readonly #parts: WriteBarrierParts<Member>;
  readonly #marks = new Map<number, Mark<Member>>();
  /** They were told to end, and may not be gone yet. */
  readonly #ended = new WeakSet<Member>();
  #last = 0;
  #isTold = true;
  #next: Promise<void> | undefined;

  constructor(parts: WriteBarrierParts<Member>) {
    this.#parts = parts;
  }

  /** Marks that are not answered by all. */
  get waiting(): number {
    return this.#marks.size;
  }

  /** There is something that workers were told, and nobody has asked whether they know it. */
  told(): void {
    this.#isTold = false;
  }

  /** Resolves once no worker is left that could answer without them. Never rejects. */
  pass(): Promise<void> {
    return this.#isTold && this.#marks.size === 0 ? Promise.resolve() : this.look();
  }

  /** The same, whether they were told something or not: it finds out who does not answer. */
  look(): Promise<void> {
    // Those who ask in one turn wait for one mark.
    this.#next ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#next = undefined;
        this.#isTold = true;
        this.#mark(resolve);
      });
    });
    return this.#next;
  }

  marked(member: Member, mark: number): void {
    const known = this.#marks.get(mark);
    known?.missing.delete(member);
    this.#settle(mark);
  }

  /** Its process is gone: nobody reads through it. */
  left(member: Member): void {
    for (const [mark, { missing }] of this.#marks) {
      missing.delete(member);
      this.#settle(mark);
    }
  }

  #mark(resolve: () => void): void {
    const mark = (this.#last += 1);
    const missing = new Set(this.#parts.members());
    const end = (): void => {
      for (const member of missing) this.#end(member);
    };
    const timers = [
      setTimeout(() => {
        // Where this process itself stood still, what they said may not have been read yet.
        timers.push(setTimeout(end, workerLimits.workerNoteGraceMs));
      }, this.#parts.waitMsMax ?? workerLimits.workerNoteMsMax),
    ];
    const done = (): void => {
      for (const timer of timers) clearTimeout(timer);
      resolve();
    };
    this.#marks.set(mark, { missing, done });
    for (const member of missing) member.send({ kind: 'mark', mark });
    this.#settle(mark);
  }

  #end(member: Member): void {
    if (!this.#ended.has(member)) this.#parts.onSlow();
    this.#ended.add(member);
    member.kill();
  }

  #settle(mark: number): void {
    const known = this.#marks.get(mark);
    if (known === undefined || known.missing.size > 0) return;
    this.#marks.delete(mark);
    known.done();
  }
}
