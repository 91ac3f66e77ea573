import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGzip, constants, gzipSync } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import type { RawAnswer, RawHead, RawStream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { takeOver } from '../platform/http/take-over.js';

export interface SendOptions {
  /** Whether the client accepts gzip. */
  readonly takesGzip: boolean;
  /** Whether the request is a HEAD. */
  readonly isHeadOnly: boolean;
  /** Receives the bytes that compression saves: they were rendered all the same. */
  readonly countAnswer?: ((bytes: number) => void) | undefined;
}

const level = { level: constants.Z_BEST_SPEED };

/** Sends a whole answer; like Kubernetes, compresses long ones if the client accepts it. */
export function sendWhole(
  reply: FastifyReply,
  answer: RawAnswer,
  { takesGzip, isHeadOnly, countAnswer }: SendOptions,
): FastifyReply {
  const { status, headers, body } = answer;
  // Send no type or length with 304: client-go would apply them to its cached copy.
  if (status === 304) return reply.status(status).headers(headers).send();
  const isGzip = takesGzip && isCompressible(answer) && body.byteLength >= MIN;
  const sent = isGzip ? gzipSync(body, level) : body;
  void reply.status(status).headers(headers);
  if (isGzip) {
    countAnswer?.(Math.max(0, body.byteLength - sent.byteLength));
    void reply.header('content-encoding', 'gzip');
  }
  if (isHeadOnly) return reply.header('content-length', sent.byteLength).send();
  return reply.send(sent);
}

/** Sends a list: nothing before its first part arrives, so that it can still be refused. */
export async function sendList(
  reply: FastifyReply,
  answer: RawStream,
  options: SendOptions,
): Promise<void> {
  const chunks = answer.chunks[Symbol.asyncIterator]();
  const first: Buffer[] = [];
  let size = 0;
  let isWhole = false;
  while (size < MIN && !isWhole) {
    const next = await chunks.next();
    if (next.done === true) {
      isWhole = true;
    } else {
      first.push(next.value);
      size += next.value.byteLength;
    }
  }
  const body = Buffer.concat(first, size);
  if (options.isHeadOnly) {
    await chunks.return?.();
    // Its length is not known.
    void reply.status(answer.status).headers(answer.headers).send();
    return;
  }
  if (isWhole) {
    sendWhole(reply, { ...answer, body }, options);
    return;
  }
  const isGzip = options.takesGzip && isCompressible(answer);
  const encoding = isGzip ? { 'content-encoding': 'gzip' } : {};
  const response = takeOver(reply, {
    status: answer.status,
    headers: { ...answer.headers, ...encoding },
  });
  const source = withFirst(body, chunks);
  const letGo = endStalled(response);
  await ended(isGzip ? pipeline(source, createGzip(level), response) : pipeline(source, response));
  letGo();
}

/** Sends a watch: its head leaves immediately, each event as it comes. */
export async function sendWatch(reply: FastifyReply, answer: RawStream): Promise<void> {
  const response = takeOver(reply, answer);
  const letGo = endUnread(answer, () => void response.destroy());
  try {
    response.flushHeaders();
    await ended(pipeline(answer.chunks, response));
  } finally {
    letGo();
  }
}

/** Ends a response to a client that stops reading, or that reads for ever. */
function endStalled(response: ServerResponse): () => void {
  const destroy = (): void => void response.destroy();
  const timer = setTimeout(destroy, limits.kubectlListMsMax).unref();
  response.setTimeout(limits.kubectlStalledMsMax, destroy);
  return () => {
    clearTimeout(timer);
    response.setTimeout(0);
  };
}

/** Ends an unread stream: a client that does not read sees no end, but gets nothing more. */
export function endUnread({ end }: RawStream, destroy: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const destroyLater = (): void => {
    timer = setTimeout(destroy, limits.kubectlUnreadEndMsMax).unref();
  };
  end?.addEventListener('abort', destroyLater, { once: true });
  return () => {
    clearTimeout(timer);
    end?.removeEventListener('abort', destroyLater);
  };
}

const MIN = limits.kubectlGzipBytesMin;

function isCompressible({ headers }: RawHead): boolean {
  return headers['content-encoding'] === undefined;
}

async function* withFirst(first: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    // The client may be disconnected already.
    await rest.return?.();
  }
}

/**
 * Waits for the end of sending. A failure has ended the connection: the client sees that, and no
 * other report is possible. Generators go directly into pipelines, which read them even if the
 * client has disconnected. A stream around a generator may be destroyed unread, and its end never
 * comes then.
 */
async function ended(sending: Promise<void>): Promise<void> {
  await sending.catch(() => undefined);
}
