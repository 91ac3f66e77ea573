import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { createCertificateAuthority } from '../../cluster/certificates.js';

/** A server on loopback that is not what a client looks for. */
export interface StrangePeer {
  readonly port: number;
  /** PEM; empty without TLS. */
  readonly ca: string;
  /** All that clients have said, decrypted where there is TLS. */
  received(): Buffer;
  connections(): number;
  close(): Promise<void>;
}

/** Speaks TLS under this name, and answers nothing. */
export async function startTlsPeer(name: string): Promise<StrangePeer> {
  const authority = await createCertificateAuthority('strange');
  const { key, certificate } = await authority.issue({ commonName: name, hosts: [name] });
  const server = createTlsServer({ key, cert: certificate });
  server.on('tlsClientError', () => undefined);
  return record(server, 'secureConnection', authority.certificate);
}

/** Accepts connections and says `greeting` to whatever comes; nothing without one. */
export function startPlainPeer(greeting?: string): Promise<StrangePeer> {
  const server = createServer((socket) => {
    if (greeting !== undefined) socket.once('data', () => void socket.end(greeting));
  });
  return record(server, 'connection', '');
}

async function record(server: Server, event: string, ca: string): Promise<StrangePeer> {
  const chunks: Buffer[] = [];
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.on(event, (socket: Socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ca,
    received: () => Buffer.concat(chunks),
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      await once(server.close(), 'close');
    },
  };
}
