import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { createCertificateAuthority } from '../../cluster/certificates.js';

/** A server of our own that says what no honest one would, and keeps what it is told. */
export interface HostileServer {
  readonly port: number;
  /** All that clients sent, as far as it could be read. */
  readonly heard: () => string;
  stop(): Promise<void>;
}

/** Says `greeting` at once and `answer` once it hears anything, and nothing after that. */
export function startSaying(words: {
  readonly greeting?: Uint8Array;
  readonly answer?: Uint8Array;
}): Promise<HostileServer> {
  return start((socket, hear) => {
    if (words.greeting) socket.write(words.greeting);
    socket.once('data', () => words.answer && socket.write(words.answer));
    socket.on('data', hear);
  });
}

/**
 * Speaks TLS with a certificate of its own after `greeting`, the bytes of a wish for TLS, and
 * `answer`; then it answers whatever is said first. It hears what is sent by way of TLS.
 */
export async function startTls(words: {
  readonly greeting?: Uint8Array;
  readonly wishBytes: number;
  readonly answer?: Uint8Array;
  readonly reply?: Uint8Array;
}): Promise<HostileServer & { readonly ca: string }> {
  const authority = await createCertificateAuthority('hostile');
  const { key, certificate } = await authority.issue({ commonName: 'db', hosts: ['db.test'] });
  const secureContext = createSecureContext({ key, cert: certificate });
  const server = await start((socket, hear) => {
    if (words.greeting) socket.write(words.greeting);
    socket.once('data', (first: Buffer) => {
      if (words.answer) socket.write(words.answer);
      // The beginning of TLS may have come with the wish.
      socket.pause().unshift(first.subarray(words.wishBytes));
      const secure = new TLSSocket(socket, { isServer: true, secureContext });
      secure.on('error', () => undefined).on('data', hear);
      secure.once('data', () => words.reply && secure.write(words.reply));
    });
  });
  return { ...server, ca: authority.certificate };
}

async function start(
  talk: (socket: Socket, hear: (data: Buffer) => void) => void,
): Promise<HostileServer> {
  let heard = '';
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    talk(socket, (data) => (heard += data.toString('latin1')));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => heard,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}

/** A port of loopback where nobody listens. */
export async function closedPort(): Promise<number> {
  const server = await start(() => undefined);
  await server.stop();
  return server.port;
}
