import { workerLimits } from '../../core/worker-limits.js';
import type { Question, Questions, ToMain, ToWorker } from '../messages.js';

/** The end of the channel that this process has. */
export interface Channel {
  send(message: ToMain): unknown;
  on(event: 'message', listener: (message: ToWorker) => void): unknown;
}

interface Asked {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

type Listener = (message: ToWorker) => void;

/** What a worker tells the main process, asks it and hears from it, in its order. */
export class MainLink {
  readonly #channel: Channel;
  readonly #asked = new Map<number, Asked>();
  readonly #early: ToWorker[] = [];
  #listener: Listener | undefined;
  #lastId = 0;

  constructor(channel: Channel) {
    this.#channel = channel;
    channel.on('message', (message) => this.#hear(message));
  }

  /** What came before is heard first. */
  listen(listener: Listener): void {
    this.#listener = listener;
    for (const message of this.#early.splice(0)) listener(message);
  }

  send(message: ToMain): void {
    this.#channel.send(message);
  }

  /** Rejects where there is no answer in time. */
  ask<Name extends keyof Questions>(
    name: Name,
    of: Questions[Name]['of'],
  ): Promise<Questions[Name]['answer']> {
    if (this.#asked.size >= workerLimits.workerQuestionsMax) {
      return Promise.reject(new Error('too many questions to the main process'));
    }
    const id = (this.#lastId += 1);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        this.#asked.delete(id);
        reject(new Error('the main process does not answer'));
      };
      const timer = setTimeout(end, workerLimits.workerQuestionMsMax).unref();
      // The answer is of the question that has this id.
      const take = resolve as (value: unknown) => void;
      this.#asked.set(id, { resolve: take, reject, timer });
      this.send({ kind: 'question', id, question: { name, of } as Question });
    });
  }

  #hear(message: ToWorker): void {
    if (message.kind === 'answer' || message.kind === 'refused') {
      const asked = this.#asked.get(message.id);
      if (asked === undefined) return;
      this.#asked.delete(message.id);
      clearTimeout(asked.timer);
      if (message.kind === 'answer') asked.resolve(message.value);
      else asked.reject(new Error(message.reason));
    } else if (this.#listener === undefined) {
      this.#early.push(message);
    } else {
      this.#listener(message);
    }
  }
}
