import { Agent, type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { buffer, text } from 'node:stream/consumers';
import { notDescribed } from './described-answer.js';

export interface Call {
  readonly method?: string;
  /** Sent as it is: no client library may tidy up what a test spells on purpose. */
  readonly path: string;
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Objects go out as JSON. */
  readonly body?: object | string | Buffer | undefined;
  /** Keeps its connection, where there is no TLS; else each call has one of its own. */
  readonly agent?: Agent | undefined;
  /** Of an https listener. */
  readonly ca?: string;
  /** Shown to an https listener that asks for a client certificate. */
  readonly certificate?: ClientIdentity;
}

/** PEM. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** A problem, a list or whatever else a test looks into. */
export type JsonBody = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly bytes: Buffer;
  /** The body as JSON; throws where it is none. */
  json<T = JsonBody>(): T;
}

const agent = new Agent({ keepAlive: false });
const timeoutMs = 20_000;

/** Sends one request, byte for byte as told, and takes any answer. */
export async function send(base: string, call: Call): Promise<Answer> {
  const { hostname, port, protocol } = new URL(base);
  const payload = payloadOf(call.body);
  const options = {
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port,
    path: call.path,
    method: call.method ?? 'GET',
    headers: headersOf(call, payload),
    signal: AbortSignal.timeout(timeoutMs),
  };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const outgoing =
    protocol === 'https:'
      ? httpsRequest({
          ...options,
          agent: new HttpsAgent({ keepAlive: false, ...tlsOptionsOf(call) }),
        })
      : httpRequest({ ...options, agent: call.agent ?? agent });
  outgoing.on('response', (response) => {
    buffer(response).then((bytes) => {
      const body = bytes.toString('utf8');
      const { statusCode = 0, headers } = response;
      const { method, path } = options;
      const missing = notDescribed({ method, path, status: statusCode, headers });
      if (missing !== undefined) return reject(new Error(`docs/api/openapi.json: ${missing}`));
      // The caller names the type that it expects, as with JSON.parse.
      resolve({
        status: statusCode,
        headers,
        text: body,
        bytes,
        json: <T>() => JSON.parse(body) as T,
      });
    }, reject);
  });
  outgoing.on('error', reject);
  outgoing.end(payload);
  return promise;
}

/** Sends bytes that no HTTP client would, and resolves with all that comes back. */
export async function sendBytes(
  base: string,
  bytes: string | Buffer,
  tls: Pick<Call, 'ca' | 'certificate'> = {},
): Promise<string> {
  const { hostname: host, port, protocol } = new URL(base);
  const end = { host, port: Number(port) };
  const socket =
    protocol === 'https:' ? connectSecurely({ ...end, ...tlsOptionsOf(tls) }) : connect(end);
  socket.setTimeout(timeoutMs, () => socket.destroy(new Error('no answer')));
  socket.write(bytes);
  return text(socket);
}

function tlsOptionsOf({ ca, certificate }: Pick<Call, 'ca' | 'certificate'>) {
  return { ca, cert: certificate?.certificate, key: certificate?.key };
}

function payloadOf(body: Call['body']): Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

function headersOf({ token, headers = {}, body }: Call, payload: Buffer | undefined) {
  const isJson = typeof body === 'object' && !Buffer.isBuffer(body);
  return {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(isJson ? { 'content-type': 'application/json' } : {}),
    ...(payload === undefined ? {} : { 'content-length': String(payload.length) }),
    ...headers,
  };
}
