import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { rotationLimits } from '../../../core/rotation-limits.js';
import type { AllowedAddress } from '../../domain/password-target.js';
import { TargetFault } from '../../domain/target-fault.js';
import { isTlsCode, tlsProblem } from '../../domain/tls-problem.js';
import type { WebhookAnswer } from '../../domain/webhook/classify-reply.js';
import { type TlsRules, dialTls, timedOut } from '../tls-dial.js';

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface PostPlace {
  readonly address: AllowedAddress;
  readonly tls: TlsRules;
}

/**
 * Sends one POST over a separate connection to exactly this address, without a proxy, redirects or
 * retries. Reads `webhookAnswerBytesMax` of a success, otherwise only the status. Throws
 * TargetFault: TargetUnreachable, TlsFailed, TargetTimeout, TargetFailed.
 */
export async function httpsPost(
  post: Post,
  { address, tls }: PostPlace,
  signal: AbortSignal,
): Promise<WebhookAnswer> {
  const socket = await dialTls(address, tls, signal);
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await exchange(post, socket);
  } catch (error) {
    if (signal.aborted) throw timedOut();
    throw faultOf(error as NodeJS.ErrnoException);
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}

async function exchange({ url, headers, body }: Post, socket: TLSSocket): Promise<WebhookAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const outgoing = request({
    method: 'POST',
    path: url.pathname + url.search,
    setHost: false,
    headers: {
      host: url.host,
      ...headers,
      'content-length': body.length,
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
  const status = response.statusCode ?? 0;
  const isRead = status >= 200 && status < 300;
  return { status, body: isRead ? await beginningOf(response) : undefined };
}

async function beginningOf(response: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > rotationLimits.webhookAnswerBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function faultOf({ code }: NodeJS.ErrnoException): TargetFault {
  if (isTlsCode(code)) {
    // A peer that demands a certificate reports it after its own was accepted.
    return new TargetFault('TlsFailed', `the receiver ended TLS: ${tlsProblem(code)}`);
  }
  return code?.startsWith('HPE_') === true
    ? new TargetFault('TargetFailed', 'the receiver does not answer in HTTP')
    : new TargetFault('TargetUnreachable', 'the receiver ended the connection');
}
