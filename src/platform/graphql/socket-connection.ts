import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';
import { WebSocketConnection } from '../http/web-socket-connection.js';
import { type CloseCode, closeReasons } from './socket-close.js';
import { checkSocketMessage } from './socket-message.js';

const PONG = JSON.stringify({ type: 'pong' });

/** WebSocket of graphql-transport-ws: texts in both directions, and closes with fixed reasons. */
export class SocketConnection {
  readonly #socket: WebSocket;
  readonly #connection: WebSocketConnection;
  readonly #onFault: (error: unknown) => void;

  /** `onFault` receives errors thrown while a message is processed. */
  constructor(socket: WebSocket, tcp: Socket, onFault: (error: unknown) => void) {
    this.#socket = socket;
    this.#connection = new WebSocketConnection(socket, tcp);
    this.#onFault = onFault;
  }

  get protocol(): string {
    return this.#connection.protocol;
  }

  /** Resolves once there is room for more. Never rejects: a client may disconnect at any time. */
  send(text: string): Promise<void> {
    return this.#connection.send(text);
  }

  /** Closes the connection; the first code counts. */
  close(code: CloseCode): void {
    this.#connection.close(code, closeReasons[code]);
  }

  onMessage(take: (text: string) => Promise<void>): void {
    this.#socket.on('message', (data: RawData, isBinary: boolean) => {
      if (this.#connection.isClosing) return;
      void this.#take(data as Buffer, isBinary, take); // `nodebuffer` is the type of all messages
    });
  }

  /** Responds without any content that the client sent. */
  onPing(): Promise<void> {
    return this.send(PONG);
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
      void this.#connection.pauseWhileFull();
      await taken;
    } catch (error) {
      this.#onFault(error);
      this.close(1011);
    }
  }
}
