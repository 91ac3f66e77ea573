import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Agent as HttpsAgent } from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { KubeAnswer, KubeStreamAnswer } from './kube-call.js';

export interface OutboundRequest {
  readonly server: URL;
  readonly agent: HttpAgent | HttpsAgent;
  readonly method: string;
  readonly path: string;
  /** Alternating names and values, so that repeated fields stay separate. */
  readonly headers: readonly string[];
  /** A buffer, never text: Node would join text to the header and encode both as UTF-8. */
  readonly body: Buffer | undefined;
  readonly responseBytesMax: number;
  readonly signal: AbortSignal;
}

/** Reason for an incomplete answer. `begun`: bytes of the request may have reached the server. */
export class KubeExchangeFailure extends Error {
  override readonly name = 'KubeExchangeFailure';
  readonly begun: boolean;
  readonly answered: boolean;
  readonly errorCode: string;

  constructor(state: { begun: boolean; answered: boolean }, errorCode: string, text: string) {
    super(text);
    this.begun = state.begun;
    this.answered = state.answered;
    this.errorCode = errorCode;
  }
}

/** Sends one request and reads its whole answer; no redirects, no retries. */
export function sendOnce(outbound: OutboundRequest): Promise<KubeAnswer> {
  return ask(outbound, (response) => collect(response, outbound));
}

/** Sends one request and reads the head of its answer; the signal also ends the body. */
export function openOnce(outbound: OutboundRequest): Promise<KubeStreamAnswer> {
  return ask(outbound, async (response) => {
    if (response.statusCode !== 200) {
      return { ...(await collect(response, outbound)), chunks: noChunks() };
    }
    const end = () => response.destroy(abortError());
    outbound.signal.addEventListener('abort', end, { once: true });
    response.once('close', () => outbound.signal.removeEventListener('abort', end));
    const head = { status: 200, headers: response.headers, body: Buffer.alloc(0) };
    return { ...head, chunks: response as AsyncIterable<Buffer> };
  });
}

function ask<Answer>(
  outbound: OutboundRequest,
  read: (response: IncomingMessage) => Promise<Answer>,
): Promise<Answer> {
  const state = { begun: false, answered: false };
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) =>
      reject(new KubeExchangeFailure({ ...state }, error.code ?? error.name, error.message));
    if (outbound.signal.aborted) return fail(abortError());
    const request = open(outbound);
    const abort = () => request.destroy(abortError());
    outbound.signal.addEventListener('abort', abort, { once: true });
    request.once('close', () => outbound.signal.removeEventListener('abort', abort));
    request.once('socket', (socket) => whenReady(socket, () => (state.begun = true)));
    request.on('error', fail);
    request.once('response', (response) => {
      state.begun = true;
      state.answered = true;
      read(response).then(resolve, (error: Error) => {
        request.destroy();
        fail(error);
      });
    });
    request.end(outbound.body);
  });
}

function open(outbound: OutboundRequest): ClientRequest {
  const { server } = outbound;
  const options: RequestOptions = {
    protocol: server.protocol,
    host: server.hostname.replaceAll(/[[\]]/g, ''),
    port: server.port || (server.protocol === 'https:' ? 443 : 80),
    method: outbound.method,
    path: outbound.path,
    headers: [...outbound.headers],
    agent: outbound.agent,
  };
  return server.protocol === 'https:' ? httpsRequest(options) : httpRequest(options);
}

/** Waits for a socket: a pooled socket is ready immediately, a new one after its handshakes. */
function whenReady(socket: Socket, ready: () => void): void {
  // Not getProtocol(): with a resumed session, it names a version before any handshake.
  if (!socket.connecting) ready();
  else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', ready);
}

/** Uses listeners: an iterator of the stream costs more than everything else. */
function collect(
  response: IncomingMessage,
  { responseBytesMax, signal }: OutboundRequest,
): Promise<KubeAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.byteLength;
      if (size > responseBytesMax) reject(tooLarge(responseBytesMax));
      else chunks.push(chunk);
    });
    response.once('end', () => {
      // Node drops the remaining data of an ended request.
      if (signal.aborted) return reject(abortError());
      // A client's response always has a status.
      const status = response.statusCode as number;
      resolve({ status, headers: response.headers, body: Buffer.concat(chunks, size) });
    });
    response.once('error', reject);
    response.once('close', () => {
      if (!response.readableEnded) reject(cutOff());
    });
  });
}

async function* noChunks(): AsyncGenerator<Buffer> {
  // A refusal has been read to its end.
}

function tooLarge(bytesMax: number): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error(`the answer is over ${bytesMax} bytes`);
  error.code = 'ANSWER_TOO_LARGE';
  return error;
}

function cutOff(): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error('the answer has no end');
  error.code = 'ECONNRESET';
  return error;
}

function abortError(): NodeJS.ErrnoException {
  const error: NodeJS.ErrnoException = new Error('ended by deadline or caller');
  error.code = 'ABORTED';
  return error;
}
