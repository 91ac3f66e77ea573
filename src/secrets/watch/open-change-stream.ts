import type { AccessService, ResourceRequest } from '../../access/access.service.js';
import type { MonitoredRight } from '../../access/authorization-monitor.service.js';
import { decidedRight } from '../../access/domain/decided-right.js';
import type { CallContext } from '../../core/call-context.js';
import { PulledStream, type PulledStreamOptions } from '../../core/pulled-stream.js';
import type { StreamEnd } from '../../core/stream-end.js';
import type { ChangeLog } from '../domain/cache/change-log.js';
import type { ChangePosition, Taken } from '../domain/watch/change-position.js';
import type { ChangeStream, StreamEvent } from './change-stream.js';
import type { Waiter } from './change-wakeups.js';
import type { StreamScheduler } from './stream-scheduler.js';
import type { StreamEventBuilder } from './stream-event-builder.js';

export interface OpenChangeStreamDependencies extends PulledStreamOptions {
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
}

type Group = readonly StreamEvent[];

/** Stream of changes from which its reader pulls. */
export class OpenChangeStream implements ChangeStream, AsyncIterableIterator<Group> {
  readonly #parts: OpenChangeStreamDependencies;
  readonly #life: PulledStream;
  /** Context of the decisions under which the stream continues. */
  readonly #ctx: CallContext;

  constructor(parts: OpenChangeStreamDependencies) {
    this.#parts = parts;
    this.#life = new PulledStream(parts);
    const signal = AbortSignal.any([parts.signal, this.#life.signal]);
    this.#ctx = { ...parts.ctx, signal };
  }

  get changes(): AsyncIterable<Group> {
    return this;
  }

  readonly end = (): StreamEnd | undefined => {
    const { reason } = this.#life;
    return reason === 'client' || reason === 'failed' ? undefined : reason;
  };

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Returns the next group once there is one; done once its end is recorded. */
  next(): Promise<IteratorResult<Group, undefined>> {
    return this.#life.next(() => this.#group());
  }

  /** Ends the stream on behalf of its reader. */
  return(): Promise<IteratorResult<Group, undefined>> {
    return this.#life.return();
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
        this.#life.end(log.hasEnded ? 'unfollowed' : 'behind');
        return undefined;
      }
      if (isSomething(taken)) return taken;
    } while (taken.hasMore);
    if (log.hasEnded) this.#life.end('unfollowed');
    const bookmark = isBeat ? position.mark() : undefined;
    return bookmark && { changes: [], secrets: [], bookmark, hasMore: false };
  }

  #goesOn(): boolean {
    return this.#life.reason === undefined;
  }

  /** Checks the right before each group; sends nothing while no decision is possible. */
  async #isAllowed(): Promise<boolean> {
    const { access, right } = this.#parts;
    const decide = () => access.decide(this.#ctx, right);
    if (!(await decidedRight(decide, this.#life.signal))) this.#life.end('right');
    return this.#goesOn();
  }
}

function isSomething({ changes, secrets, bookmark }: Taken): boolean {
  return changes.length > 0 || secrets.length > 0 || bookmark !== undefined;
}
