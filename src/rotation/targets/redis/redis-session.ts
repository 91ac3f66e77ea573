import type { TLSSocket } from 'node:tls';
import type { AbstractConnector, Redis } from 'ioredis';
import type { TargetConnection } from '../../domain/password-target.js';
import { TargetFault } from '../../domain/target-fault.js';
import { isTlsCode, tlsProblem } from '../../../platform/outbound/domain/tls-problem.js';
import { timedOut } from '../../../platform/outbound/tls-dial.js';
import { boundedCall } from '../bounded-call.js';
import { dialRedis } from './dial-redis.js';

/** Error answer of a server. */
export class RedisRefusal extends Error {
  override readonly name = 'RedisRefusal';
  /** First word, as `NOPERM` or `WRONGPASS`; the remaining text may repeat what was sent. */
  readonly code: string;

  constructor(code: string) {
    super('the server refused a command');
    this.code = code;
  }
}

export interface RedisSession {
  /** Throws RedisRefusal, and TargetFault if the connection or the time has ended. */
  call(name: string, ...values: readonly (string | Buffer)[]): Promise<unknown>;
  /** Runs a transaction: returns each reply, or a RedisRefusal in its position. */
  together(commands: readonly (readonly [string, ...string[]])[]): Promise<readonly unknown[]>;
}

interface RedisDriver {
  readonly AbstractConnector: typeof AbstractConnector;
  readonly Redis: typeof Redis;
}

/** Runs on a separate connection, not logged in, and ends it. Throws TargetFault. */
export async function withRedis<T>(
  connection: TargetConnection,
  signal: AbortSignal,
  work: (session: RedisSession) => Promise<T>,
): Promise<T> {
  const driver = await import('ioredis');
  const bounded = boundedCall(signal);
  const address = await connection.resolve(bounded);
  const rules = { mode: connection.server.tls.mode, ca: connection.ca };
  const socket = await dialRedis(address, rules, bounded);
  const abort = (): void => void socket.destroy();
  bounded.addEventListener('abort', abort, { once: true });
  const client = clientOver(socket, driver);
  try {
    const session = new SocketSession(client, socket, bounded);
    await session.open();
    return await work(session);
  } finally {
    bounded.removeEventListener('abort', abort);
    client.disconnect();
    socket.destroy();
  }
}

/** Uses an open socket, contacts no other server, and sends nothing by itself. */
function clientOver(socket: TLSSocket, driver: RedisDriver): Redis {
  class GivenSocket extends driver.AbstractConnector {
    constructor() {
      super(0);
    }
    override connect(): Promise<TLSSocket> {
      this.stream = socket;
      return Promise.resolve(socket);
    }
  }
  const client = new driver.Redis({
    Connector: GivenSocket,
    lazyConnect: true,
    protocol: 2,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    disableClientInfo: true,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Without this listener, the client prints errors.
  client.on('error', () => undefined);
  return client;
}

class SocketSession implements RedisSession {
  readonly #client: Redis;
  readonly #signal: AbortSignal;
  #socketCode: string | undefined;

  constructor(client: Redis, socket: TLSSocket, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
    socket.on('error', ({ code }: NodeJS.ErrnoException) => (this.#socketCode = code));
  }

  open(): Promise<void> {
    return this.#guarded(this.#client.connect());
  }

  call(name: string, ...values: readonly (string | Buffer)[]): Promise<unknown> {
    return this.#guarded(this.#client.call(name, ...values));
  }

  async together(
    commands: readonly (readonly [string, ...string[]])[],
  ): Promise<readonly unknown[]> {
    await this.call('MULTI');
    for (const [name, ...values] of commands) await this.call(name, ...values);
    const replies = (await this.call('EXEC')) as readonly unknown[];
    return replies.map((reply) => (reply instanceof Error ? refusalOf(reply) : reply));
  }

  async #guarded<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (this.#signal.aborted) throw timedOut();
      // The driver's errors contain the command, and so what was sent.
      if (error instanceof Error && error.name === 'ReplyError') throw refusalOf(error);
      throw this.#connectionFault();
    }
  }

  #connectionFault(): TargetFault {
    const code = this.#socketCode;
    return isTlsCode(code)
      ? // A server that wants a certificate of its clients says so after its own was accepted.
        new TargetFault('TlsFailed', `the server ended TLS: ${tlsProblem(code)}`)
      : new TargetFault('TargetUnreachable', 'the server ended the connection');
  }
}

function refusalOf({ message }: Error): RedisRefusal {
  return new RedisRefusal(/^[A-Z]+(?= |$)/.exec(message)?.[0] ?? 'ERR');
}
