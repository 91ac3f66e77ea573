import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import type { AllowedAddress } from './domain/egress-rules.js';
import { OutboundFault } from './domain/outbound-fault.js';
import { isTlsCode, tlsProblem } from './domain/tls-problem.js';
import { dialTls, timedOut, type TlsRules } from './tls-dial.js';

export interface HttpsRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined: a request without a body, such as GET. */
  readonly body: Uint8Array | undefined;
}

/** Where a request goes, and how much of the answer is read. */
export interface HttpsPlace {
  readonly address: AllowedAddress;
  readonly tls: TlsRules;
  /** A longer body counts as none. */
  readonly answerBytesMax: number;
  /** `success`: the body of another answer is left. */
  readonly reads: 'success' | 'every answer';
}

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Undefined if it is not read, or too long. */
  readonly body: Buffer | undefined;
}

/**
 * Sends one request over a separate connection to exactly this address, without a proxy, redirects
 * or retries. Throws OutboundFault: TargetUnreachable, TlsFailed, TargetTimeout, TargetFailed.
 */
export async function httpsExchange(
  sent: HttpsRequest,
  place: HttpsPlace,
  signal: AbortSignal,
): Promise<HttpsAnswer> {
  const socket = await dialTls(place.address, place.tls, signal);
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await exchange(sent, place, socket);
  } catch (error) {
    if (signal.aborted) throw timedOut();
    throw faultOf(error as NodeJS.ErrnoException);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

async function exchange(
  { method, url, headers, body }: HttpsRequest,
  { answerBytesMax, reads }: HttpsPlace,
  socket: TLSSocket,
): Promise<HttpsAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request({
    method,
    path: url.pathname + url.search,
    setHost: false,
    headers: {
      host: url.host,
      ...headers,
      ...(body !== undefined && { 'content-length': body.length }),
      'user-agent': 'sallyport',
      connection: 'close',
    },
    // Without an agent, no connection is reused, and no variable redirects it.
    createConnection: () => socket,
  });
  outgoing.on('error', reject);
  outgoing.on('response', resolve);
  socket.once('close', () => reject(new Error('closed')));
  outgoing.end(body);
  const response = await promise;
  const { statusCode: status = 0, headers: received } = response;
  const isRead = reads === 'every answer' || (status >= 200 && status < 300);
  const read = isRead ? await bodyOf(response, answerBytesMax) : undefined;
  return { status, headers: received, body: read };
}

async function bodyOf(response: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function faultOf({ code }: NodeJS.ErrnoException): OutboundFault {
  if (isTlsCode(code)) {
    // A peer that demands a certificate reports it after its own was accepted.
    return new OutboundFault('TlsFailed', `the receiver ended TLS: ${tlsProblem(code)}`);
  }
  return code?.startsWith('HPE_') === true
    ? new OutboundFault('TargetFailed', 'the receiver does not answer in HTTP')
    : new OutboundFault('TargetUnreachable', 'the receiver ended the connection');
}
