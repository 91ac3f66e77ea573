import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { type TLSSocket, connect as connectSecurely } from 'node:tls';
import { text } from 'node:stream/consumers';

export interface SocketPlace {
  readonly base: string;
  /** Of this machine: every address of 127.0.0.0/8 is one. */
  readonly from?: string;
  /** PEM, for TLS; without it nothing is said in the handshake. */
  readonly ca?: string | undefined;
}

/** A connection that a client keeps open, whatever it has sent. */
export class HeldSocket {
  readonly socket: Socket | TLSSocket;
  isClosed = false;

  private constructor(socket: Socket | TLSSocket) {
    this.socket = socket;
    socket.on('error', () => undefined).on('close', () => (this.isClosed = true));
  }

  /** Resolves once it is there, with TLS once the handshake is over. */
  static async open({ base, from = '127.0.0.1', ca }: SocketPlace): Promise<HeldSocket> {
    const { hostname: host, port } = new URL(base);
    const end = { host, port: Number(port), localAddress: from };
    const held = new HeldSocket(ca === undefined ? connect(end) : connectSecurely({ ...end, ca }));
    await once(held.socket, ca === undefined ? 'connect' : 'secureConnect');
    // Without a reader it would not learn of its end.
    held.socket.resume();
    return held;
  }

  send(bytes: string): void {
    this.socket.write(bytes);
  }

  /** Sends a request and resolves with what comes first. */
  async answer(request: string): Promise<string> {
    this.socket.pause();
    const first = once(this.socket, 'data') as Promise<[Buffer]>;
    this.socket.write(request);
    this.socket.resume();
    return (await first)[0].toString();
  }

  close(): void {
    this.socket.destroy();
  }
}

/** The response to a request that ends its connection; empty if the connection was not accepted. */
export async function exchange(place: SocketPlace, request: string): Promise<string> {
  const held = await HeldSocket.open(place).catch(() => undefined);
  if (held === undefined) return '';
  held.socket.pause();
  held.send(request);
  return text(held.socket).catch(() => '');
}
