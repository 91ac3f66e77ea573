import { Kysely, PostgresDialect } from 'kysely';
import { limits } from '../../../core/limits.js';
import type { Database, QueryPace } from '../database.js';
import type { Schema } from '../schema.js';
import type { StorageLocation } from '../storage-location.js';
import { checkRole } from './check-role.js';
import { checkServer } from './check-server.js';
import { poolSizes } from './connection-shares.js';
import { GuardedPool } from './guarded-pool.js';
import { migratePostgres } from './migrate-postgres.js';
import { openClient } from './open-client.js';
import { paces } from './paces.js';
import { toPostgresError } from './postgres-error.js';
import { serverName } from './server-address.js';

interface Pools {
  readonly requests: GuardedPool;
  readonly work: GuardedPool;
}

/** PostgreSQL server, which other gateways may use as well. */
export class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly writers = 'many';
  readonly #url: string;
  readonly #requests: Kysely<Schema>;
  readonly #work: Kysely<Schema>;
  readonly #pools: readonly GuardedPool[];
  readonly warning: string | undefined;

  private constructor(url: string, { requests, work }: Pools, warning: string | undefined) {
    this.warning = warning;
    this.#url = url;
    this.#requests = kyselyOver(requests);
    this.#work = kyselyOver(work);
    this.#pools = [requests, work];
  }

  /**
   * Checks the server, and migrates if the role may; throws StorageError. `connections`: most
   * connections to the server.
   */
  static async open(
    url: string,
    connections: number = limits.postgresConnectionsMax,
  ): Promise<PostgresDatabase> {
    const server = serverName(url);
    try {
      const { client, drop } = await openClient(url, paces.start);
      await checkServer(client, server).finally(drop);
      await migratePostgres(url, server);
      const warning = await roleWarning(url, server);
      const sizes = poolSizes(connections);
      const min = limits.postgresConnectionsMin;
      const requests = new GuardedPool(url, paces.request, { max: sizes.requests, min });
      const work = new GuardedPool(url, paces.work, { max: sizes.work });
      const database = new PostgresDatabase(url, { requests, work }, warning);
      await requests.warm().catch(async (error: unknown) => {
        await database.close();
        throw error;
      });
      return database;
    } catch (error) {
      throw toPostgresError(server, error);
    }
  }

  get location(): StorageLocation {
    return { dialect: 'postgres', url: this.#url };
  }

  query<T>(run: (db: Kysely<Schema>) => Promise<T>, pace?: QueryPace): Promise<T> {
    return run(pace === 'work' ? this.#work : this.#requests);
  }

  async close(): Promise<void> {
    await Promise.all([this.#requests.destroy(), this.#work.destroy()]);
    // Kysely does not end a pool that it has not used, whose connections are open all the same.
    await Promise.all(this.#pools.map((pool) => pool.end()));
  }
}

/** Uses a separate connection: an earlier connection knows no tables from before the migration. */
async function roleWarning(url: string, server: string): Promise<string | undefined> {
  const { client, drop } = await openClient(url, paces.start);
  return checkRole(client, server).finally(drop);
}

function kyselyOver(pool: GuardedPool): Kysely<Schema> {
  return new Kysely({ dialect: new PostgresDialect({ pool }) });
}
