import type { AccessService, ResourceRequest } from '../../access/access.service.js';
import type { MonitoredRight } from '../../access/authorization-monitor.service.js';
import { decidedRight } from '../../access/domain/decided-right.js';
import type { CallContext } from '../../core/call-context.js';
import { type EndReason, endReasonOf, type StreamEnd, whenAborted } from '../../core/stream-end.js';
import type { ChangeLog } from '../domain/cache/change-log.js';
import type { ChangePosition, Taken } from '../domain/watch/change-position.js';
import type { ChangeStream, StreamEvent } from './change-stream.js';
import type { Waiter } from './change-wakeups.js';
import type { StreamScheduler } from './stream-scheduler.js';
import type { StreamEventBuilder } from './stream-event-builder.js';

export interface OpenChangeStreamDependencies {
  readonly ctx: CallContext;
  readonly namespace: string;
  readonly access: Pick<AccessService, 'decide'>;
  /** Right under which the stream was opened. */
  readonly right: ResourceRequest;
  readonly held: MonitoredRight;
  readonly log: ChangeLog;
  readonly position: ChangePosition;
  readonly waiter: Waiter;
  readonly turns: StreamScheduler;
  readonly told: StreamEventBuilder;
  /** Aborts if the client disconnects, the credential ends or the gateway stops, with a reason. */
  readonly signal: AbortSignal;
  /** Records the end. Never throws. */
  readonly onEnd: (reason: EndReason) => Promise<void>;
}

type Group = readonly StreamEvent[];

/** Stream of changes from which its reader pulls. */
export class OpenChangeStream implements ChangeStream, AsyncIterableIterator<Group> {
  readonly #parts: OpenChangeStreamDependencies;
  readonly #over = new AbortController();
  /** Context of the decisions under which the stream continues. */
  readonly #ctx: CallContext;
  #reason: EndReason | undefined;
  #recorded: Promise<void> = Promise.resolve();

  constructor(parts: OpenChangeStreamDependencies) {
    const { ctx, signal, held } = parts;
    this.#parts = parts;
    this.#ctx = { ...ctx, signal: AbortSignal.any([signal, this.#over.signal]) };
    whenAborted(signal, this.#over.signal, () => this.#finish(endReasonOf(signal)));
    whenAborted(held.signal, this.#over.signal, () => this.#finish('right'));
  }

  get changes(): AsyncIterable<Group> {
    return this;
  }

  readonly end = (): StreamEnd | undefined =>
    this.#reason === 'client' || this.#reason === 'failed' ? undefined : this.#reason;

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Returns the next group once there is one; done once its end is recorded. */
  async next(): Promise<IteratorResult<Group, undefined>> {
    try {
      const group = await this.#group();
      if (group !== undefined) return { done: false, value: group };
    } catch (error) {
      this.#finish('failed');
      await this.#recorded;
      throw error;
    }
    return this.#done();
  }

  /** Ends the stream on behalf of its reader. */
  async return(): Promise<IteratorResult<Group, undefined>> {
    this.#finish('client');
    return this.#done();
  }

  async #done(): Promise<IteratorResult<Group, undefined>> {
    await this.#recorded;
    return { done: true, value: undefined };
  }

  async #group(): Promise<Group | undefined> {
    const { namespace, waiter, told, turns } = this.#parts;
    while (this.#goesOn()) {
      const { isBeat } = waiter.woken();
      const taken = this.#take(isBeat);
      if (taken !== undefined) {
        const seen = await told.look(taken);
        await turns.take(taken.changes.length + taken.secrets.length);
        const isAllowed = await this.#isAllowed();
        return isAllowed ? told.tell(namespace, taken, seen) : undefined;
      }
      if (this.#goesOn()) await waiter.next();
    }
    return undefined;
  }

  /** Returns what to send; undefined if there is nothing. The stream may have ended with that. */
  #take(isBeat: boolean): Taken | undefined {
    const { log, position } = this.#parts;
    let taken: Taken | 'behind';
    do {
      taken = position.take();
      if (taken === 'behind') {
        this.#finish(log.hasEnded ? 'unfollowed' : 'behind');
        return undefined;
      }
      if (isSomething(taken)) return taken;
    } while (taken.hasMore);
    if (log.hasEnded) this.#finish('unfollowed');
    const bookmark = isBeat ? position.mark() : undefined;
    return bookmark && { changes: [], secrets: [], bookmark, hasMore: false };
  }

  #goesOn(): boolean {
    return this.#reason === undefined;
  }

  /** Checks the right before each group; sends nothing while no decision is possible. */
  async #isAllowed(): Promise<boolean> {
    const { access, right } = this.#parts;
    const decide = () => access.decide(this.#ctx, right);
    if (!(await decidedRight(decide, this.#over.signal))) this.#finish('right');
    return this.#goesOn();
  }

  #finish(reason: EndReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    const { held, waiter, onEnd } = this.#parts;
    this.#recorded = onEnd(reason);
    held.release();
    waiter.leave();
    this.#over.abort();
  }
}

function isSomething({ changes, secrets, bookmark }: Taken): boolean {
  return changes.length > 0 || secrets.length > 0 || bookmark !== undefined;
}
