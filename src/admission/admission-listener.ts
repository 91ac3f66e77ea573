import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { addAbortSignal } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { admissionLimits } from '../core/admission-limits.js';
import { ClientClosed } from '../core/errors/client-closed.js';
import { badRequest, SallyportError, toSallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { Turns } from '../core/turns.js';
import type { Config } from '../platform/config/config.schema.js';
import { BoundedConnections, isIgnored } from '../platform/http/bounded-connections.js';
import { mediaTypeOf } from '../platform/http/domain/media-type.js';
import { plainAddress } from '../platform/http/domain/source-address.js';
import { tooLarge } from '../platform/http/read-body.js';
import { isSuperseded, TlsListener } from '../platform/http/tls-listener.js';
import type { ReviewOrigin, SentReview } from './admission.service.js';

/** Path of the webhook. */
const REVIEW_PATH = '/validate';
const JSON_TYPE = 'application/json';

export interface AdmissionListenerDependencies {
  readonly settings: NonNullable<Config['admission']>;
  readonly review: (sent: SentReview) => Promise<Readonly<Record<string, unknown>>>;
  readonly onFailed: (error: SallyportError) => void;
  readonly onAlarm: (message: string) => void;
}

/**
 * HTTPS listener of the admission webhook. It is apart from the other listeners: its clients have
 * no credential of the gateway, and use up none of the connections of others.
 */
export class AdmissionListener {
  readonly #parts: AdmissionListenerDependencies;
  readonly #listener: TlsListener;
  #url: string | undefined;
  readonly #turns = new Turns(
    admissionLimits.reviewsAtOnceMax,
    admissionLimits.reviewsWaitingMax,
    'reviews',
  );

  /** Throws if the files are unreadable or do not belong together. */
  constructor(parts: AdmissionListenerDependencies) {
    this.#parts = parts;
    const { cert, key, clientCa } = parts.settings;
    this.#listener = new TlsListener({
      setting: 'admission',
      files: { cert, key, ...(clientCa !== undefined && { clientCa }) },
      server: {
        requestTimeout: limits.requestReadMsMax,
        keepAliveTimeout: limits.keepAliveMsMax,
        maxHeaderSize: limits.headerBytesMax,
      },
      onRequest: (request, response) => void this.#answer(request, response),
      onParserError: endUnreadable,
      onAlarm: parts.onAlarm,
      connections: new BoundedConnections({ connectionsMax: admissionLimits.connectionsMax }),
    });
  }

  /** URL once it listens. */
  get url(): string | undefined {
    return this.#url;
  }

  /** Resolves with the URL. */
  async listen(): Promise<string> {
    const { host, port } = this.#parts.settings;
    return (this.#url = await this.#listener.listen(host, port));
  }

  /** Resolves once the reviews in flight have ended. */
  async close(): Promise<void> {
    const deadline = setTimeout(() => this.#listener.closeAllConnections(), limits.shutdownMsMax);
    await this.#listener.close();
    clearTimeout(deadline);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isIgnored(request) || request.socket.destroyed) return;
    try {
      this.#check(request);
      const body = await this.#turns.run(async () => {
        // Its turn may come after its sender has left.
        if (request.socket.destroyed) throw new ClientClosed();
        return readReview(request);
      });
      const answer = await this.#parts.review({
        body,
        origin: originOf(request),
        isTrusted: this.#parts.settings.clientCa !== undefined,
        hasLeft: () => request.socket.destroyed,
      });
      send(response, 200, JSON.stringify(answer));
    } catch (error) {
      if (error instanceof ClientClosed) return;
      const failure = toSallyportError(error);
      this.#parts.onFailed(failure);
      // The rest of an unread body would be taken for the next request.
      response.setHeader('connection', 'close');
      send(response, failure.status, JSON.stringify({ message: failure.message }));
    }
  }

  /** Refuses what is no review, before a byte of its body is read. */
  #check({ method, url = '', headers, socket }: IncomingMessage): void {
    const isTrusted = this.#parts.settings.clientCa === undefined || isCertified(socket);
    if (!isTrusted) {
      throw new SallyportError('Unauthenticated', 'a certificate of admission.clientCa is needed');
    }
    const [path] = url.split('?', 1);
    if (path !== REVIEW_PATH) throw new SallyportError('NotFound', `only ${REVIEW_PATH} is served`);
    if (method !== 'POST') throw badRequest('a review is a POST request');
    if (mediaTypeOf(headers['content-type']) !== JSON_TYPE) {
      throw new SallyportError('UnsupportedMediaType', `the Content-Type must be ${JSON_TYPE}`);
    }
    const { reviewBytesMax } = admissionLimits;
    if (Number(headers['content-length'] ?? 0) > reviewBytesMax) throw tooLarge(reviewBytesMax);
  }
}

function isCertified(socket: Socket): boolean {
  return socket instanceof TLSSocket && socket.authorized && !isSuperseded(socket);
}

/** Reads a body. Throws TooLarge; BadRequest if it is not complete in time. */
async function readReview(request: IncomingMessage): Promise<Buffer> {
  const { reviewBytesMax, reviewReadMsMax } = admissionLimits;
  addAbortSignal(AbortSignal.timeout(reviewReadMsMax), request);
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > reviewBytesMax) throw tooLarge(reviewBytesMax);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof SallyportError) throw error;
    throw badRequest('the body did not arrive in time');
  }
  return Buffer.concat(chunks, sizeBytes);
}

function originOf({ url = '', headers, socket }: IncomingMessage): ReviewOrigin {
  const userAgent = headers['user-agent'];
  const sourceIp = plainAddress(socket.remoteAddress ?? '') ?? '';
  const [requestUri = ''] = url.split('?', 1);
  return { sourceIp, requestUri, ...(userAgent !== undefined && { userAgent }) };
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': JSON_TYPE, 'cache-control': 'no-store' });
  response.end(body);
}

function endUnreadable(_error: Error, socket: Socket): void {
  if (socket.writable) {
    socket.end('HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
  } else socket.destroy();
}
