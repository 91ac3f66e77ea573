import { Socket } from 'node:net';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { limits } from '../../../core/limits.js';
import type { StorageError } from '../storage-error.js';
import { clientSettings } from './client-settings.js';
import { type Pace, paces } from './paces.js';
import { isConnectionLost, toPostgresError } from './postgres-error.js';
import { serverName } from './server-address.js';

/**
 * Pool that discards connections after any incomplete use. They end on request, even if the server
 * no longer responds. Every failure is a StorageError.
 */
export class GuardedPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #server: string;
  readonly #isPatient: boolean;
  readonly #connectionsMin: number;
  readonly #sockets = new Set<Socket>();
  /** Errors that clients have emitted: such a client is unusable. */
  readonly #failures = new WeakMap<pg.ClientBase, StorageError>();
  #ended: Promise<void> | undefined;

  /** Opens at most `max` connections, and keeps `min` of them open once they were made. */
  constructor(
    url: string,
    pace: Pace,
    { max, min = 0 }: { readonly max: number; readonly min?: number },
  ) {
    this.#server = serverName(url);
    this.#connectionsMin = min;
    this.#isPatient = pace.statementMsMax > paces.request.statementMsMax;
    this.#pool = new pg.Pool({
      ...clientSettings(url, pace),
      max,
      min,
      idleTimeoutMillis: limits.postgresIdleMsMax,
      stream: () => this.#openSocket(),
    });
    // An idle connection that ends is replaced; its next user receives the error.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => this.#noteErrors(client));
  }

  get options(): pg.PoolOptions {
    return this.#pool.options;
  }

  get Client(): typeof pg.Client {
    return pg.Client;
  }

  async connect(): Promise<PostgresPoolClient> {
    try {
      const client = await this.#pool.connect();
      if (this.#isPatient) await prove(client);
      return this.#guarded(client);
    } catch (error) {
      throw toPostgresError(this.#server, error);
    }
  }

  /** Opens the minimum connections; tries for as long as a start waits for one. */
  async warm(): Promise<void> {
    const lastMs = performance.now() + paces.start.connectMsMax;
    for (;;) {
      const made = Array.from({ length: this.#connectionsMin }, () => this.connect());
      const clients = await Promise.allSettled(made);
      for (const one of clients) if (one.status === 'fulfilled') one.value.release();
      const failed = clients.find((one) => one.status === 'rejected');
      if (failed === undefined) return;
      if (performance.now() > lastMs) throw failed.reason;
    }
  }

  end(): Promise<void> {
    this.#ended ??= this.#end();
    return this.#ended;
  }

  async #end(): Promise<void> {
    const deadline = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, limits.postgresConnectMsMax);
    await this.#pool.end();
    clearTimeout(deadline);
  }

  /**
   * Listens to a client for as long as it lives. The pool removes its own listener before it hands
   * a client out, and an error may come in the same turn of the event loop.
   */
  #noteErrors(client: pg.ClientBase): void {
    client.on('error', (error: Error) => {
      if (!this.#failures.has(client)) {
        this.#failures.set(client, toPostgresError(this.#server, error));
      }
    });
  }

  /** Returns a connection that reports its state on its return to the pool. */
  #guarded(client: pg.PoolClient): PostgresPoolClient {
    let lost: StorageError | undefined;
    const failure = (): StorageError | undefined => lost ?? this.#failures.get(client);
    const query = async (text: string, parameters: readonly unknown[]) => {
      const known = failure();
      if (known !== undefined) throw known;
      try {
        return await client.query(text, [...parameters]);
      } catch (error) {
        const worded = toPostgresError(this.#server, error);
        if (isConnectionLost(error)) lost = worded;
        throw worded;
      }
    };
    return {
      // Kysely requests cursors elsewhere: here it passes only a text.
      query: query as unknown as PostgresPoolClient['query'],
      release: () => client.release(failure()),
    };
  }

  #openSocket(): Socket {
    const socket = new Socket();
    // The client reports the error itself.
    socket.on('error', () => undefined);
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

/** Checks the server with a short limit: a hung server must not delay as long as a slow query. */
async function prove(client: pg.PoolClient): Promise<void> {
  const proof = { text: 'SELECT 1', query_timeout: paces.request.statementMsMax };
  try {
    await client.query(proof);
  } catch (error) {
    client.release(true);
    throw error;
  }
}
