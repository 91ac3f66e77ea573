import { type Socket, connect } from 'node:net';

export interface BegunRequest {
  readonly method: string;
  readonly path: string;
  readonly token: string;
  readonly announcedBytes: number;
  /** The first few, if absent. */
  readonly sentBytes?: number;
}

/** Requests whose bodies have begun and do not end. */
export class UnfinishedBodies {
  readonly #sockets: Socket[] = [];
  readonly #answers = new Map<Socket, string>();

  begin(base: string, request: BegunRequest): void {
    const { method, path, token, announcedBytes, sentBytes = 0 } = request;
    const { hostname, port } = new URL(base);
    const socket = connect(Number(port), hostname);
    socket.on('data', (bytes) => {
      this.#answers.set(socket, (this.#answers.get(socket) ?? '') + bytes.toString());
    });
    socket.on('error', () => undefined);
    socket.write(
      `${method} ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Type: application/json\r\nContent-Length: ${announcedBytes}\r\n\r\n{"a":"` +
        ' '.repeat(Math.max(0, sentBytes - 6)),
    );
    this.#sockets.push(socket);
  }

  /** Status and fields of those that were answered so far. */
  get answers(): readonly string[] {
    return [...this.#answers.values()];
  }

  end(): void {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
    this.#answers.clear();
  }
}
