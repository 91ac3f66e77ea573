import { assertNever } from '../../core/assert-never.js';
import { SubscriptionEnd } from '../../platform/graphql/subscription-end.js';
import type { StreamEnd } from '../../core/stream-end.js';
import type { ChangeStream, StreamEvent } from '../watch/change-stream.js';
import { presentChange } from './secret.graphql-presenter.js';

export interface SecretChangedEvent {
  readonly secretChanged: ReturnType<typeof presentChange>;
}

type Group = readonly StreamEvent[];

/** Stream of one change at a time; throws SubscriptionEnd unless its client has ended it. */
export class SecretChanges implements AsyncIterableIterator<SecretChangedEvent, undefined> {
  readonly #stream: ChangeStream;
  readonly #groups: AsyncIterator<Group>;
  readonly #onEnd: () => void;
  #told: IterableIterator<StreamEvent> = [].values();
  #cursor: string | undefined;
  #isOver = false;

  /** `after`: the start of the stream; `onEnd` is called once, and ends the stream. */
  constructor(stream: ChangeStream, after: string | undefined, onEnd: () => void) {
    this.#stream = stream;
    this.#groups = stream.changes[Symbol.asyncIterator]();
    this.#cursor = after;
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<SecretChangedEvent, undefined>> {
    for (;;) {
      // After the end, send none of the changes that were taken before it.
      if (this.#stream.end() !== undefined) this.#told = [].values();
      const told = this.#told.next();
      if (told.done !== true) {
        this.#cursor = told.value.cursor;
        return { done: false, value: { secretChanged: presentChange(told.value) } };
      }
      const group = await this.#nextGroup();
      if (group === undefined) return { done: true, value: undefined };
      this.#told = group.values();
    }
  }

  /** Ends the stream on behalf of its client, with a pending wait. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#end();
    await this.#groups.return?.();
    return { done: true, value: undefined };
  }

  async #nextGroup(): Promise<Group | undefined> {
    try {
      const next = await this.#groups.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      this.#end();
      throw error;
    }
    const wasEnded = this.#isOver;
    this.#end();
    const end = this.#stream.end();
    if (wasEnded || end === undefined) return undefined;
    throw subscriptionEnd(end, this.#cursor);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd();
  }
}

/** Returns the error at the end; if the last cursor is known, it says how to resume. */
export function subscriptionEnd(end: StreamEnd, cursor: string | undefined): SubscriptionEnd {
  const members: Record<string, string> = cursor === undefined ? {} : { after: cursor };
  const resume = 'subscribe again with after, as this error has it';
  switch (end) {
    case 'right':
      return new SubscriptionEnd('Forbidden', 'the right to watch is gone', { closes: 4403 });
    case 'credential':
      return new SubscriptionEnd('Unauthenticated', 'the credential has ended', { closes: 4401 });
    case 'leaving':
      return new SubscriptionEnd('Unavailable', `the gateway stops: ${resume}`, {
        closes: 1001,
        members,
      });
    case 'behind':
      return new SubscriptionEnd('Unavailable', `you are too far behind: ${resume}`, { members });
    case 'unfollowed':
      return new SubscriptionEnd(
        'Unavailable',
        `changes of the namespace are not followed any more: ${resume}`,
        { members },
      );
    default:
      return assertNever(end);
  }
}
