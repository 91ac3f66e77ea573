import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createCertificateAuthority } from '../cluster/certificates.js';

export interface DoubleRequest {
  readonly method: string;
  /** Path with escapes decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface DoubleAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a text is sent as it is. */
  readonly body?: object | string;
}

/** Faults of a server, and what others do to it in between. */
export interface DoubleFaults {
  /** Called before a request is carried out; an answer replaces it. */
  before: (request: DoubleRequest) => DoubleAnswer | undefined | void;
  /** Reports whether the answer of a request that was carried out is lost. */
  loses: (request: DoubleRequest) => boolean;
}

/** A server in this process, over TLS, that stands for a service of a cloud. */
export interface HttpsDouble {
  readonly url: URL;
  /** PEM. */
  readonly ca: string;
  readonly faults: DoubleFaults;
  /** `METHOD path` of each request since the start. */
  readonly requests: string[];
  reset(): void;
  stop(): Promise<void>;
}

const noFaults: DoubleFaults = { before: () => undefined, loses: () => false };

export async function startHttpsDouble(
  answer: (request: DoubleRequest) => DoubleAnswer | Promise<DoubleAnswer>,
): Promise<HttpsDouble> {
  const authority = await createCertificateAuthority('clouds');
  const hosts = ['localhost', '127.0.0.1'];
  const { key, certificate } = await authority.issue({ commonName: 'a cloud', hosts });
  const faults = { ...noFaults };
  const requests: string[] = [];
  const server = createServer({ key, cert: certificate }, async (incoming, response) => {
    response.on('error', () => undefined);
    const body = await buffer(incoming).catch(() => undefined);
    if (body === undefined) return;
    const { method = '', url = '', headers } = incoming;
    const { pathname, searchParams: query } = new URL(url, 'https://127.0.0.1');
    const request = { method, path: decodeURIComponent(pathname), query, headers, body };
    requests.push(`${method} ${request.path}`);
    const given = faults.before(request) ?? (await answer(request));
    if (faults.loses(request)) return void incoming.socket.destroy();
    const text = typeof given.body === 'object' ? JSON.stringify(given.body) : given.body;
    const type = typeof given.body === 'object' ? 'application/json' : 'text/html';
    response.writeHead(given.status, { 'content-type': type, ...given.headers }).end(text);
  });
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ca: authority.certificate,
    faults,
    requests,
    reset: () => void Object.assign(faults, noFaults),
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Returns a body in JSON; an empty object if it is none. */
export function jsonOf({ body }: DoubleRequest): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body.toString('utf8'))) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}
