import { createHmac, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { createCertificateAuthority } from '../../cluster/certificates.js';

const REPLAY_SECONDS_MAX = 5 * 60;

export interface HttpsPost {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** Name that the client asked for in TLS. */
  readonly serverName: string | false | null;
}

export interface HttpsReceiver {
  readonly port: number;
  readonly ca: string;
  readonly posts: HttpsPost[];
  connections(): number;
  close(): Promise<void>;
}

/** A server on loopback, certified for receiver.test, that answers as told. */
export async function startHttpsReceiver(
  answer: (post: HttpsPost, response: ServerResponse) => void,
): Promise<HttpsReceiver> {
  const authority = await createCertificateAuthority('receivers');
  const hosts = ['receiver.test', '127.0.0.1'];
  const { key, certificate } = await authority.issue({ commonName: 'receiver', hosts });
  const posts: HttpsPost[] = [];
  let connections = 0;
  const server = createServer({ key, cert: certificate }, async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const { method = '', url: path = '', headers } = request;
    const serverName = (request.socket as TLSSocket & { servername: string | false }).servername;
    const post = { method, path, headers, body, serverName };
    posts.push(post);
    response.on('error', () => undefined);
    answer(post, response);
  });
  server.on('connection', () => (connections += 1));
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    ca: authority.certificate,
    posts,
    connections: () => connections,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

export function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** What a receiver does with the signature of a request, as Standard Webhooks has it. */
export function isGenuine(
  { headers, body }: Pick<HttpsPost, 'headers' | 'body'>,
  key: Uint8Array,
  nowMs = Date.now(),
): boolean {
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  const [version, signature = ''] = String(headers['webhook-signature']).split(',');
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > REPLAY_SECONDS_MAX) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
  const given = Buffer.from(signature, 'base64');
  return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
}
