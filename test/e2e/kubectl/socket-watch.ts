import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { eventually } from '../../support/tokens-world.js';
import type { Frame, WatchPlace } from './facade-watch.js';
import { namespace } from './library-world.js';

export interface SocketOptions {
  readonly tokenAs?: 'header' | 'subprotocol' | 'nothing';
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: string;
  readonly protocolVersion?: 8 | 13;
}

const PROTOCOL = 'base64.binary.k8s.io';

/** A watch of Secrets over WebSocket, without a library: its messages as they came. */
export class SocketWatch {
  readonly texts: string[] = [];
  readonly auditId: string;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket, auditId: string) {
    this.#socket = socket;
    this.auditId = auditId;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.closed = promise;
    socket.on('close', resolve).on('error', () => undefined);
  }

  static async open(place: WatchPlace, options: SocketOptions = {}): Promise<SocketWatch> {
    const socket = connect(place, options);
    const { promise, resolve, reject } = Promise.withResolvers<SocketWatch>();
    // Messages may come with the response.
    socket.on('upgrade', ({ headers }: IncomingMessage) => {
      const watch = new SocketWatch(socket, String(headers['audit-id']));
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        watch.texts.push(isBinary ? 'a binary message' : data.toString('utf8'));
      });
      socket.once('open', () => resolve(watch));
    });
    socket.once('error', reject);
    return promise;
  }

  /** The response to an upgrade that is none. */
  static async refusal(
    place: WatchPlace,
    options: SocketOptions = {},
  ): Promise<{ readonly status: number; readonly text: string }> {
    const socket = connect(place, options);
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    socket.on('unexpected-response', (_request, response: IncomingMessage) => resolve(response));
    socket.once('open', () => reject(new Error('not refused')));
    const response = await promise;
    const chunks = (await response.toArray()) as Buffer[];
    return { status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') };
  }

  get protocol(): string {
    return this.#socket.protocol;
  }

  get frames(): readonly Frame[] {
    return this.texts.map((text) => JSON.parse(text) as Frame);
  }

  /** Waits for a frame of this type about this Secret. */
  next(type: string, name: string): Promise<void> {
    return eventually(async () => {
      const isOne = (frame: Frame) => frame.type === type && frame.object.metadata.name === name;
      if (!this.frames.some(isOne)) throw new Error(`no ${type} of ${name}`);
      return Promise.resolve();
    });
  }

  close(): void {
    this.#socket.close();
  }
}

function connect({ url, ca, token }: WatchPlace, options: SocketOptions): WebSocket {
  const { tokenAs = 'header', headers = {}, query = '?watch=true', protocolVersion = 13 } = options;
  const target = `${url.replace(/^http/, 'ws')}/api/v1/namespaces/${namespace}/secrets${query}`;
  const encoded = Buffer.from(token).toString('base64url');
  const offered = `base64url.bearer.authorization.k8s.io.${encoded}`;
  return new WebSocket(target, tokenAs === 'subprotocol' ? [offered, PROTOCOL] : [], {
    ca,
    protocolVersion,
    headers: { ...(tokenAs === 'header' && { authorization: `Bearer ${token}` }), ...headers },
  });
}
