import { Socket } from 'node:net';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import pg from 'pg';
import { limits } from '../../core/limits.js';
import { clientSettings } from './client-settings.js';
import { type Pace, paces } from './paces.js';
import { isConnectionLost, toPostgresError } from './postgres-error.js';
import { serverName } from './server-address.js';

/**
 * Connections that are thrown away after whatever may have left them in the middle of something,
 * and that end when they are told to, also where the server does not answer any more. What fails is
 * a StorageError.
 */
export class GuardedPool implements PostgresPool {
  readonly #pool: pg.Pool;
  readonly #server: string;
  readonly #isPatient: boolean;
  readonly #sockets = new Set<Socket>();
  #ended: Promise<void> | undefined;

  constructor(url: string, pace: Pace) {
    this.#server = serverName(url);
    this.#isPatient = pace.statementMsMax > paces.request.statementMsMax;
    this.#pool = new pg.Pool({
      ...clientSettings(url, pace),
      max: limits.postgresConnectionsMax,
      min: limits.postgresConnectionsMin,
      stream: () => this.#openSocket(),
    });
    // An idle connection that ends is replaced; whoever needs one learns of it then.
    this.#pool.on('error', () => undefined);
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
      return guarded(client, this.#server);
    } catch (error) {
      throw toPostgresError(this.#server, error);
    }
  }

  /** Makes the connections that are kept; tries for as long as a start waits for one. */
  async warm(): Promise<void> {
    const lastMs = performance.now() + paces.start.connectMsMax;
    for (;;) {
      const made = Array.from({ length: limits.postgresConnectionsMin }, () => this.connect());
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

  #openSocket(): Socket {
    const socket = new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }
}

/** A server that hangs is not to be waited for as long as a query that takes its time. */
async function prove(client: pg.PoolClient): Promise<void> {
  const proof = { text: 'SELECT 1', query_timeout: paces.request.statementMsMax };
  try {
    await client.query(proof);
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** A connection that says on its return to the pool what has become of it. */
function guarded(client: pg.PoolClient, server: string): PostgresPoolClient {
  let failure: Error | undefined;
  const onError = (error: Error): void => void (failure = toPostgresError(server, error));
  client.on('error', onError);
  const query = async (text: string, parameters: readonly unknown[]) => {
    if (failure !== undefined) throw failure;
    try {
      return await client.query(text, [...parameters]);
    } catch (error) {
      const worded = toPostgresError(server, error);
      if (isConnectionLost(error)) failure = worded;
      throw worded;
    }
  };
  return {
    // Kysely asks for cursors elsewhere: here it calls with a text alone.
    query: query as unknown as PostgresPoolClient['query'],
    release: () => {
      client.off('error', onError);
      client.release(failure);
    },
  };
}
