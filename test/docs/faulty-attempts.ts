import { once } from 'node:events';
import {
  type IncomingMessage,
  type Server,
  type ServerResponse,
  createServer,
  request,
} from 'node:http';
import type { AddressInfo } from 'node:net';

type Fault = 'lost' | 'unavailable' | 'bad-gateway';

const faults: readonly Fault[] = ['unavailable', 'lost', 'bad-gateway'];
const unavailable = JSON.stringify({
  ...{ type: 'https://sallyport.dev/errors#Unavailable', title: 'Unavailable', status: 503 },
  ...{ code: 'Unavailable', detail: 'the cluster does not respond' },
});

/** A proxy in front of a gateway that breaks every second request, beginning with the first. */
export class FaultyAttempts {
  readonly url: string;
  /** Number of requests for each fault. */
  readonly made: Record<Fault, number> = { lost: 0, unavailable: 0, 'bad-gateway': 0 };
  readonly #server: Server;
  readonly #target: string;
  readonly #onFirst: () => void;
  #requests = 0;

  private constructor(target: string, server: Server, onFirst: () => void) {
    this.#target = target;
    this.#onFirst = onFirst;
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (incoming, outgoing) => this.#serve(incoming, outgoing));
  }

  /** Listens on a loopback port. Calls `onFirst` before it responds to the first request. */
  static async start(target: string, onFirst: () => void): Promise<FaultyAttempts> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyAttempts(target, server, onFirst);
  }

  /** Closes all connections. */
  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const count = this.#requests++;
    if (count === 0) this.#onFirst();
    const fault = count % 2 === 0 ? faults[(count / 2) % faults.length] : undefined;
    if (fault !== undefined) this.made[fault] += 1;
    if (fault === 'unavailable') {
      outgoing.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '0' });
      outgoing.end(unavailable);
    } else if (fault === 'bad-gateway') {
      outgoing.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
    } else {
      this.#forward(incoming, outgoing, fault === 'lost');
    }
  }

  /** Sends the request to the gateway; with `isLost`, the response does not arrive. */
  #forward(incoming: IncomingMessage, outgoing: ServerResponse, isLost: boolean): void {
    const { method, headers, url } = incoming;
    const forwarded = request(this.#target + (url ?? ''), { method, headers, timeout: 60_000 });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.on('response', (response) => {
      if (isLost) {
        outgoing.destroy();
        response.resume();
        return;
      }
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    incoming.pipe(forwarded);
  }
}
