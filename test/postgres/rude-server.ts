import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** https://www.postgresql.org/docs/current/protocol-message-formats.html */
const AUTHENTICATED = message('R', Buffer.from([0, 0, 0, 0]));
const READY = message('Z', Buffer.from('I'));
const ENDED = message(
  'E',
  Buffer.from(
    'SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0',
    'latin1',
  ),
);

/** When this server says that it shuts down. */
export type Rudeness = 'when a client is let in' | 'when a client asks, twice';

/** Speaks enough of PostgreSQL's protocol to let everybody in, and ends each session rudely. */
export class RudeServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(rudeness: Rudeness): Promise<RudeServer> {
    const server = createServer();
    const rude = new RudeServer(server);
    server.on('connection', (socket) => rude.#serve(socket, rudeness));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return rude;
  }

  get url(): string {
    return `postgres://user:password@127.0.0.1:${(this.#server.address() as AddressInfo).port}/db`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #serve(socket: Socket, rudeness: Rudeness): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    let isIn = false;
    socket.on('data', () => {
      // In one piece, so that the client reads all of it before anything else runs.
      if (isIn) socket.end(Buffer.concat([ENDED, ENDED]));
      else if (rudeness === 'when a client asks, twice')
        socket.write(Buffer.concat([AUTHENTICATED, READY]));
      else socket.end(Buffer.concat([AUTHENTICATED, READY, ENDED]));
      isIn = true;
    });
  }
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
