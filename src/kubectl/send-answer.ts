import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { createGzip, constants, gzipSync } from 'node:zlib';
import type { FastifyReply } from 'fastify';
import type { RawAnswer, RawHead, RawStream } from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { takeOver } from '../platform/http/take-over.js';

export interface SendOptions {
  /** Whether the client takes gzip. */
  readonly takesGzip: boolean;
  /** HEAD. */
  readonly isHeadOnly: boolean;
  /** Told the bytes that compression saves: they were made all the same. */
  readonly countAnswer?: ((bytes: number) => void) | undefined;
}

const level = { level: constants.Z_BEST_SPEED };

/** Kubernetes compresses what is long, where the client takes it. */
export function sendWhole(
  reply: FastifyReply,
  answer: RawAnswer,
  { takesGzip, isHeadOnly, countAnswer }: SendOptions,
): FastifyReply {
  const { status, headers, body } = answer;
  // Of what the client has already: client-go would take a type or a length for that of its copy.
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

/** A list: nothing is sent before its first part is there, so that it can still be refused. */
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
    // How long it would be is not known.
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

/** A watch: its head leaves at once, each event as it comes. */
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

/** A client that stops reading holds nothing for long, nor one that reads for ever. */
function endStalled(response: ServerResponse): () => void {
  const destroy = (): void => void response.destroy();
  const timer = setTimeout(destroy, limits.kubectlListMsMax).unref();
  response.setTimeout(limits.kubectlStalledMsMax, destroy);
  return () => {
    clearTimeout(timer);
    response.setTimeout(0);
  };
}

/** A client that does not read sees no end; it gets nothing more, and holds nothing. */
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
    // A client may be gone already.
    await rest.return?.();
  }
}

/**
 * What breaks off has ended the connection: the client sees that, and nothing else can be said.
 * Generators go into pipelines as they are, which reads from them in any case, also where the
 * client has left: a stream around one may be destroyed unread, and its end never comes then.
 */
async function ended(sending: Promise<void>): Promise<void> {
  await sending.catch(() => undefined);
}
