import { once } from 'node:events';
import { vi } from 'vitest';
import { WebSocket } from 'ws';

/** A message of the server, by graphql-transport-ws. */
export interface Frame {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

export interface SocketOptions {
  readonly token?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Errors as they stand in frames. */
export interface FrameError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** One client of `/graphql` over a WebSocket, which keeps every frame that it is sent. */
export class SocketClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;

  constructor(base: string, { token, headers = {}, ...tls }: SocketOptions = {}) {
    const credential = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.socket = new WebSocket(`${base.replace(/^http/, 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: { ...credential, ...headers },
      ...tls,
    });
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse((data as Buffer).toString()) as Frame);
    });
    this.closed = new Promise((resolve) => {
      this.socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** A connection that is open; rejects where the upgrade is refused. */
  static async open(base: string, options: SocketOptions = {}): Promise<SocketClient> {
    const client = new SocketClient(base, options);
    await once(client.socket, 'open');
    return client;
  }

  /** One whose caller is known, by the token of `connection_init`. */
  static async begin(base: string, token: string, tls: SocketOptions = {}): Promise<SocketClient> {
    const client = await SocketClient.open(base, tls);
    client.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await client.frame(({ type }) => type === 'connection_ack');
    return client;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables: object = {}): void {
    this.send({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** The first frame like this, once it is there. */
  async frame(isMeant: (frame: Frame) => boolean): Promise<Frame> {
    return vi.waitFor(
      () => {
        const found = this.frames.find(isMeant);
        if (found === undefined) throw new Error(`not among ${JSON.stringify(this.frames)}`);
        return found;
      },
      { timeout: 10_000, interval: 10 },
    );
  }

  /** The errors of the first frame of a subscription that has any. */
  async errors(id: string): Promise<readonly FrameError[]> {
    const frame = await this.frame((sent) => sent.id === id && errorsOf(sent) !== undefined);
    return errorsOf(frame) ?? [];
  }

  close(): void {
    this.socket.terminate();
  }
}

function errorsOf({ type, payload }: Frame): readonly FrameError[] | undefined {
  if (type === 'error') return payload as readonly FrameError[];
  if (type !== 'next') return undefined;
  return (payload as { readonly errors?: readonly FrameError[] }).errors;
}
