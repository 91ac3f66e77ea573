import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { limits } from '../../core/limits.js';

/**
 * One WebSocket with bounds in both directions. A client that does not read receives nothing more,
 * and the gateway stops reading from that client. A client that does not answer pings is cut off.
 */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  readonly #tcp: Socket;
  #draining: Promise<void> | undefined;
  /** Time at which all messages would have arrived at an even rate. */
  #evenAtMs = 0;
  #readOn: NodeJS.Timeout | undefined;
  #isAlive = true;
  #isClosing = false;

  constructor(socket: WebSocket, tcp: Socket) {
    this.#socket = socket;
    this.#tcp = tcp;
    // ws closes a connection that breaks the protocol, with the code for that.
    socket.on('error', () => undefined);
    socket.on('pong', () => (this.#isAlive = true));
    socket.on('ping', () => void this.pauseWhileFull());
    for (const event of ['message', 'ping']) socket.on(event, () => this.#count());
    const pings = setInterval(() => this.#ping(), limits.socketPingMs).unref();
    socket.once('close', () => {
      clearInterval(pings);
      clearTimeout(this.#readOn);
    });
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Resolves once there is room for more. Never rejects: a client may disconnect at any time. */
  async send(text: string): Promise<void> {
    if (!this.#isOpen) return;
    this.#socket.send(text);
    await this.#drained();
  }

  /** Closes the connection; only the first code is sent. */
  close(code: number, reason?: string): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#socket.close(code, reason);
  }

  /** Ends the connection without waiting for the client. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Stops reading until the client has read: answers to pings would pile up otherwise. */
  async pauseWhileFull(): Promise<void> {
    if (!this.#isFull) return;
    this.#socket.pause();
    await this.#drained();
    this.#socket.resume();
  }

  /** Reads more slowly if messages exceed their rate: each is work. */
  #count(): void {
    const nowMs = performance.now();
    const messageMs = 1_000 / limits.socketMessagesPerSecond;
    this.#evenAtMs = Math.max(this.#evenAtMs, nowMs) + messageMs;
    const waitMs = this.#evenAtMs - nowMs - limits.socketMessagesBurst * messageMs;
    if (waitMs <= 0 || this.#readOn !== undefined) return;
    this.#socket.pause();
    this.#readOn = setTimeout(() => {
      this.#readOn = undefined;
      this.#socket.resume();
    }, waitMs);
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
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
