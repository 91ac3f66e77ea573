import {
  Agent,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import { type Socket, connect } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { workerLimits } from '../../core/worker-limits.js';
import { discardRest } from '../../http/discard-rest.js';
import { upgradeHeadOf } from '../../http/upgrade-requests.js';
import { greetingBytes } from '../domain/greeting.js';
import { answerHeaders, requestHeaders, upgradeHeaders } from '../domain/passed-headers.js';

export interface PassOnParts {
  readonly socketPath: string;
  /** Resolves once every worker knows of what was written until now. */
  readonly known: () => Promise<void>;
  /** Told of each request that is passed on. */
  readonly onPass: () => void;
  /** Answers a request that cannot be said in HTTP. */
  readonly refuse: (error: Error, socket: Duplex) => void;
}

const harmless: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/**
 * Passes requests on to the main process and its answers back, as they come: nothing is read ahead
 * but what Node holds. Each connection of a client has one of its own there, for as long as it is.
 */
export class PassOn {
  readonly #parts: PassOnParts;
  readonly #agents = new WeakMap<Socket, Agent>();

  constructor(parts: PassOnParts) {
    this.#parts = parts;
  }

  /** Answers a request of which nothing was read or answered before. */
  pass(message: IncomingMessage, response: ServerResponse): void {
    const { socket, method = '', url = '', httpVersion, rawHeaders } = message;
    // Whoever has left already would be given no address.
    if (socket.destroyed) return;
    this.#parts.onPass();
    const head = upgradeHeadOf(message);
    const isUpgrade = head !== undefined;
    try {
      const upstream = sendRequest({
        agent: isUpgrade ? this.#agentFor(socket) : this.#agentOf(socket),
        method,
        path: url,
        maxHeaderSize: workerLimits.answerHeaderBytesMax,
        headers: isUpgrade
          ? upgradeHeaders(rawHeaders)
          : requestHeaders({ method, httpVersion, rawHeaders }),
      });
      // Nobody knows whether it was carried out: as where the process dies that it was sent to.
      upstream.on('error', () => {
        if (!response.headersSent) response.destroy();
      });
      this.#follow(upstream, message, response);
      if (isUpgrade) {
        upstream.on('upgrade', (answer, link, first) => {
          join(answer, { socket, link, sent: head, received: first });
        });
        upstream.end();
      } else {
        message.pipe(upstream);
      }
    } catch (error) {
      // Of a target that Node reads and does not write.
      this.#parts.refuse(error instanceof Error ? error : new Error('not passed on'), socket);
    }
  }

  #follow(upstream: ClientRequest, message: IncomingMessage, response: ServerResponse): void {
    upstream.on('response', (answer) => {
      this.#answer(answer, message, response)
        .catch(() => response.destroy())
        .finally(() => {
          if (message.complete) return;
          message.unpipe();
          discardRest(message, response);
          upstream.destroy();
        });
    });
    // The client has left, in the middle of his request or of the answer.
    response.once('close', () => {
      if (!response.writableFinished) upstream.destroy();
    });
    message.on('error', () => upstream.destroy());
  }

  async #answer(
    answer: IncomingMessage,
    message: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    answer.on('error', () => response.destroy());
    // A client that has heard of its write may read through any worker.
    if (!harmless.has(message.method ?? '')) await this.#parts.known();
    if (response.destroyed) {
      answer.destroy();
      return;
    }
    const { statusCode = 502, statusMessage, rawHeaders } = answer;
    response.writeHead(statusCode, statusMessage, answerHeaders(rawHeaders));
    // A stream says that it has begun before it has something to tell.
    if (answer.headers['content-length'] === undefined) response.flushHeaders();
    await new Promise<void>((resolve) => pipeline(answer, response, () => resolve()));
  }

  /** One connection for what comes by one of a client, in its order. */
  #agentOf(socket: Socket): Agent {
    const known = this.#agents.get(socket);
    if (known !== undefined) return known;
    const agent = this.#agentFor(socket);
    this.#agents.set(socket, agent);
    return agent;
  }

  #agentFor(client: Socket): Agent {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const greeting = greetingBytes({ peer: client.remoteAddress ?? '' });
    agent.createConnection = (_options, created) => {
      // The agent would open one for each request that waits, also when nobody waits any more.
      if (client.destroyed) {
        created?.(new Error('the client has left'), undefined as never);
        return undefined;
      }
      const link = connect(this.#parts.socketPath);
      // The request that uses it reports the error as its own.
      link.on('error', () => undefined);
      link.write(greeting);
      return link;
    };
    client.once('close', () => agent.destroy());
    return agent;
  }
}

interface Ends {
  readonly socket: Socket;
  readonly link: Duplex;
  /** What each side has said right behind its head. */
  readonly sent: Buffer;
  readonly received: Buffer;
}

/** From here on it is one connection, with this process in between. */
function join(answer: IncomingMessage, ends: Ends): void {
  const { socket, link, sent, received } = ends;
  const { statusCode = 101, statusMessage = '', rawHeaders } = answer;
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`);
  }
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  if (received.length > 0) socket.write(received);
  if (sent.length > 0) link.write(sent);
  const ended = (): void => undefined;
  pipeline(socket, link, ended);
  pipeline(link, socket, ended);
}
