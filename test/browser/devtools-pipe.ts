import type { Readable, Writable } from 'node:stream';

const COMMAND_MS_MAX = 30_000;
const END_OF_MESSAGE = '\0';

type Fields = Readonly<Record<string, unknown>>;
interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Fields;
  readonly result?: Fields;
  readonly error?: { readonly message: string };
}
interface Pending {
  readonly resolve: (result: Fields) => void;
  readonly reject: (error: Error) => void;
}
export type EventListener = (method: string, params: Fields) => void;

/**
 * Commands and events of the DevTools protocol over two pipes, as `--remote-debugging-pipe` offers
 * them: no port is open. https://chromedevtools.github.io/devtools-protocol/
 */
export class DevToolsPipe {
  readonly #output: Writable;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Map<string, EventListener>();
  #nextId = 1;
  #unread = '';

  constructor(output: Writable, input: Readable) {
    this.#output = output;
    output.on('error', () => this.#rejectAll());
    input.on('error', () => this.#rejectAll());
    input.on('close', () => this.#rejectAll());
    input.setEncoding('utf8').on('data', (text: string) => this.#receive(text));
  }

  /** Resolves with the result; rejects for an error, or if the browser does not respond in time. */
  async send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    const id = this.#nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<Fields>();
    this.#pending.set(id, { resolve, reject });
    const late = () => reject(new Error(`the browser did not respond to ${method}`));
    const timer = setTimeout(late, COMMAND_MS_MAX);
    const session = sessionId === undefined ? {} : { sessionId };
    this.#output.write(JSON.stringify({ id, method, params, ...session }) + END_OF_MESSAGE);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  /** Calls the listener for each event of a session. */
  listen(sessionId: string, listener: EventListener): void {
    this.#listeners.set(sessionId, listener);
  }

  #receive(text: string): void {
    const messages = (this.#unread + text).split(END_OF_MESSAGE);
    this.#unread = messages.pop() ?? '';
    for (const message of messages) this.#dispatch(JSON.parse(message) as Message);
  }

  #dispatch({ id, sessionId = '', method, params = {}, result = {}, error }: Message): void {
    if (method !== undefined) this.#listeners.get(sessionId)?.(method, params);
    const pending = id === undefined ? undefined : this.#pending.get(id);
    if (error) pending?.reject(new Error(error.message));
    else pending?.resolve(result);
  }

  #rejectAll(): void {
    for (const { reject } of this.#pending.values()) reject(new Error('the browser has ended'));
  }
}
