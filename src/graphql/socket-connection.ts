import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { limits } from '../core/limits.js';
import { type CloseCode, closeReasons } from './socket-close.js';
import { checkSocketMessage } from './socket-message.js';

const PONG = JSON.stringify({ type: 'pong' });

/**
 * One WebSocket. Bounded both ways: who does not read is sent nothing more,
 * and is not read from either; who does not answer pings is gone.
 */
export class SocketConnection {
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  readonly #onFault: (error: unknown) => void;
  #draining: Promise<void> | undefined;
  #isAlive = true;
  #isClosing = false;

  /** `onFault` is told what failed in the handling of a message. */
  constructor(socket: WebSocket, tcp: Socket, onFault: (error: unknown) => void) {
    this.#socket = socket;
    this.#tcp = tcp;
    this.#onFault = onFault;
    // What breaks the protocol is closed by ws itself, with the code for it.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.#isAlive = true));
    socket.on('ping', () => void this.#readNoMore());
    const pings = setInterval(() => this.#ping(), limits.socketPingMs).unref();
    socket.once('close', () => clearInterval(pings));
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  /** Resolves once there is room for more. Never rejects: a client may be gone at any time. */
  async send(text: string): Promise<void> {
    if (!this.#isOpen) return;
    this.#socket.send(text);
    await this.#drained();
  }

  /** The first code counts. */
  close(code: CloseCode): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#socket.close(code, closeReasons[code]);
  }

  onMessage(take: (text: string) => Promise<void>): void {
    this.#socket.on('message', (data: RawData, isBinary: boolean) => {
      if (this.#isClosing) return;
      void this.#take(data as Buffer, isBinary, take); // `nodebuffer` is the type of all messages
    });
  }

  /** Says nothing of what the client sent. */
  onPing(): Promise<void> {
    return this.send(PONG);
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  async #take(
    data: Buffer,
    isBinary: boolean,
    take: (text: string) => Promise<void>,
  ): Promise<void> {
    try {
      if (isBinary) throw new TypeError('messages are text');
      checkSocketMessage(data);
    } catch {
      this.close(4400);
      return;
    }
    try {
      const taken = take(data.toString('utf8'));
      void this.#readNoMore();
      await taken;
    } catch (error) {
      this.#onFault(error);
      this.close(1011);
    }
  }

  /** Until what was sent is on its way: answers to pings would pile up otherwise. */
  async #readNoMore(): Promise<void> {
    if (!this.#isFull) return;
    this.#socket.pause();
    await this.#drained();
    this.#socket.resume();
  }

  get #isFull(): boolean {
    return this.#isOpen && this.#socket.bufferedAmount > limits.socketBufferedBytesMax;
  }

  async #drained(): Promise<void> {
    if (!this.#isFull) return;
    this.#draining ??= this.#drain();
    await this.#draining;
  }

  #drain(): Promise<void> {
    return new Promise((resolve) => {
      const stalled = setTimeout(() => this.#socket.terminate(), limits.streamStalledMsMax).unref();
      const end = (): void => {
        clearTimeout(stalled);
        this.#tcp.removeListener('drain', end);
        this.#socket.removeListener('close', end);
        this.#draining = undefined;
        resolve();
      };
      this.#tcp.on('drain', end);
      this.#socket.on('close', end);
    });
  }

  #ping(): void {
    if (!this.#isAlive) {
      this.#socket.terminate();
      return;
    }
    this.#isAlive = false;
    if (this.#isOpen) this.#socket.ping();
  }
}
