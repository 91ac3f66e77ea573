import { once } from 'node:events';
import { type IncomingHttpHeaders, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface ReceivedPost {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a receiver does with a request: a status, with headers, or `silence` for ever. */
export type Answer =
  | number
  | 'silence'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly text?: string;
      readonly afterMs?: number;
    };

export interface Receiver {
  readonly url: string;
  /** Every request whose body has come, in order. */
  readonly posts: ReceivedPost[];
  close(): Promise<void>;
}

/** A server on loopback that answers as told, each request by its number from 0 on. */
export async function startReceiver(
  answerTo: (post: ReceivedPost, number: number) => Answer,
): Promise<Receiver> {
  const posts: ReceivedPost[] = [];
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined);
    if (body === undefined) return;
    const post = { path: request.url ?? '', headers: request.headers, body };
    posts.push(post);
    const answer = answerTo(post, posts.length - 1);
    if (answer === 'silence') return;
    const {
      status,
      headers = {},
      text = '',
      afterMs = 0,
    } = typeof answer === 'number' ? { status: answer } : answer;
    setTimeout(() => response.writeHead(status, headers).end(text), afterMs);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posts,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
