import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';

export interface UpstreamExchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

/** Told of each answer before it is passed on; the answer waits for what it returns. */
export type OnAnswer = (exchange: UpstreamExchange) => Promise<void> | void;
/** Told of each request before it is passed on. */
export type OnRequest = (
  exchange: Omit<UpstreamExchange, 'status'> & { readonly rawHeaders: readonly string[] },
) => Promise<void> | void;

/** A watch that has begun. */
export interface OpenWatch extends UpstreamExchange {
  /** Breaks it off; or ends it as an API server does, where it is told to. */
  readonly cut: (how: 'broken' | 'ended') => void;
  readonly over: Promise<unknown>;
}

/** In front of an API server, on loopback: a place between a write and its end. */
export class UpstreamProxy {
  readonly url: string;
  readonly seen: UpstreamExchange[] = [];
  onAnswer: OnAnswer = () => undefined;
  onRequest: OnRequest = () => undefined;
  /** Told of each watch before its first event. */
  onWatch: (watch: OpenWatch) => void = () => undefined;
  /** How long events of a watch are held back, those behind them as well. */
  watchLagMs = (): number => 0;
  /** A status with which the proxy refuses a request by itself. */
  refusal: (exchange: Omit<UpstreamExchange, 'status'>) => number | undefined = () => undefined;
  readonly #server: Server;
  readonly #target: URL;
  readonly #agent: Agent;

  private constructor(server: Server, port: number, target: URL, ca: string) {
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
    this.#target = target;
    this.#agent = new Agent({ ca, keepAlive: true });
    server.on('request', (request, response) => {
      this.#forward(request, response).catch(() => response.destroy());
    });
  }

  static async start(cluster: { readonly url: string; readonly caFile: string }) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ca = readFileSync(cluster.caFile, 'utf8');
    return new UpstreamProxy(server, port, new URL(cluster.url), ca);
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await Promise.resolve();
  }

  async #forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const { method = 'GET', url = '/' } = request;
    await this.onRequest({ method, path: url, rawHeaders: request.rawHeaders });
    const refusal = this.refusal({ method, path: url });
    if (refusal !== undefined) {
      this.seen.push({ method, path: url, status: refusal });
      response.writeHead(refusal).end();
      return;
    }
    const outgoing = httpsRequest({
      host: this.#target.hostname,
      port: this.#target.port,
      method,
      path: url,
      headers: ['Host', this.#target.host, ...forwarded(request.rawHeaders)],
      agent: this.#agent,
    });
    outgoing.end(body.length > 0 ? body : undefined);
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const exchange = { method, path: url, status: answer.statusCode ?? 0 };
    this.seen.push(exchange);
    if (new URL(url, this.#target).searchParams.get('watch') === 'true') {
      response.writeHead(exchange.status, answer.rawHeaders).flushHeaders();
      this.onWatch({
        ...exchange,
        cut: (how) => void (how === 'broken' ? response.destroy() : response.end()),
        over: new Promise((resolve) => response.once('close', resolve)),
      });
      await pipeline(answer, (chunks) => this.#late(chunks), response);
      return;
    }
    const bytes = await buffer(answer);
    await this.onAnswer(exchange);
    response.writeHead(exchange.status, answer.rawHeaders).end(bytes);
  }

  async *#late(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      const lagMs = this.watchLagMs();
      if (lagMs > 0) await wait(lagMs);
      yield chunk;
    }
  }
}

/** As they came, so that repeated ones stay apart; but for the one that names us. */
function forwarded(rawHeaders: readonly string[]): string[] {
  return rawHeaders.filter(
    (_text, index) => rawHeaders[index - (index % 2)]?.toLowerCase() !== 'host',
  );
}

/** A kubeconfig that reaches the proxy; client-node wants to be told that there is no TLS. */
export function proxyKubeconfig(server: string, token: string): string {
  const name = 'proxy';
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': name,
    contexts: [{ name, context: { cluster: name, user: name } }],
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: { token } }],
  });
}
