import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { startFerretdb } from '../services/ferretdb.js';
import { startMariadb } from '../services/mariadb.js';
import { startPostgres } from '../services/postgres.js';
import { startRedis } from '../services/redis.js';
import {
  type Login,
  openMariadb,
  openMongo,
  openPostgres,
  openRedis,
  type Session,
} from '../services/sessions.js';
import type { TestServer, TestServerOptions } from '../services/test-server.js';
import type { RotationWorld } from './rotation-world.js';

export const serverKinds = ['postgresql', 'mysql', 'mongodb', 'redis'] as const;
export type ServerKind = (typeof serverKinds)[number];

interface Kind {
  readonly start: (options?: TestServerOptions) => Promise<TestServer>;
  readonly open: (login: Login) => Promise<Session>;
  readonly createUser: (server: TestServer, username: string, password: string) => Promise<void>;
  /** In the words by which this server does not let somebody in. */
  readonly refusal: RegExp;
}

const kinds: Readonly<Record<ServerKind, Kind>> = {
  postgresql: {
    start: startPostgres,
    open: openPostgres,
    refusal: /password authentication failed/,
    createUser: (server, name, password) =>
      asPostgresAdmin(
        server,
        `CREATE ROLE ${pg.escapeIdentifier(name)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`,
      ),
  },
  mysql: {
    start: startMariadb,
    open: openMariadb,
    refusal: /Access denied for user/,
    async createUser({ host, port, ca, admin }, name, password) {
      const { username: user, password: adminPassword } = admin;
      const login = { host, port, user, password: adminPassword };
      const connection = await createConnection({ ...login, ssl: { ca } });
      await connection.query('CREATE USER ? IDENTIFIED BY ?', [name, password]);
      await connection.end();
    },
  },
  mongodb: {
    start: startFerretdb,
    open: openMongo,
    refusal: /Authentication failed/,
    async createUser({ host, port, ca, admin }, name, password) {
      const url = `mongodb://${host}:${port}/admin`;
      const client = await MongoClient.connect(url, { tls: true, ca, auth: admin });
      await client.db('admin').command({ createUser: name, pwd: password, roles: [] });
      await client.close();
    },
  },
  redis: {
    start: startRedis,
    open: openRedis,
    refusal: /WRONGPASS/,
    async createUser({ host, port, ca, admin }, name, password) {
      const client = new Redis({ host, port, tls: { ca }, ...admin });
      const rules = ['on', `>${password}`, '~*', '+@all', '-@admin', '-@dangerous', '+info'];
      await client.acl('SETUSER', name, ...rules);
      await client.acl('SAVE');
      await client.quit();
    },
  },
};

/** Statements as the admin; the rows of the last one. */
export async function asPostgresAdmin(server: TestServer, sql: string): Promise<void> {
  const { host, port, ca, admin } = server;
  const { username: user, password } = admin;
  const client = new pg.Client({ host, port, user, password, database: 'postgres', ssl: { ca } });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** A server whose users are rotated, as its users and a policy see it. */
export class RotatedServer {
  readonly kind: ServerKind;
  readonly server: TestServer;

  private constructor(kind: ServerKind, server: TestServer) {
    this.kind = kind;
    this.server = server;
  }

  static async start(kind: ServerKind, options?: TestServerOptions): Promise<RotatedServer> {
    return new RotatedServer(kind, await kinds[kind].start(options));
  }

  get caSecret(): string {
    return `${this.kind}-ca`;
  }

  get adminSecret(): string {
    return `${this.kind}-admin`;
  }

  /** Stores what a policy refers to: the server's authority and its admin. */
  async seed(world: RotationWorld): Promise<void> {
    await world.seed(this.caSecret, { 'ca.crt': this.server.ca });
    await world.seed(this.adminSecret, this.server.admin);
  }

  createUser(username: string, password: string): Promise<void> {
    return kinds[this.kind].createUser(this.server, username, password);
  }

  /** Rejects whatever the reason is. */
  async logIn(username: string, password: string): Promise<void> {
    const { host, port, ca } = this.server;
    const session = await kinds[this.kind].open({ host, port, ca, username, password });
    await session.end();
  }

  /** False only where the server says that it does not let the user in. */
  async letsIn(username: string, password: string): Promise<boolean> {
    try {
      await this.logIn(username, password);
      return true;
    } catch (error) {
      if (error instanceof Error && kinds[this.kind].refusal.test(error.message)) return false;
      throw error;
    }
  }

  /** The target of a policy; `members` replace some of it. */
  target(members: object): Readonly<Record<string, object>> {
    const { host, port } = this.server;
    return {
      [this.kind]: {
        ...{ host, port },
        ...(this.kind === 'postgresql' && { database: 'postgres' }),
        tls: { caSecret: { name: this.caSecret, key: 'ca.crt' } },
        adminSecret: { name: this.adminSecret },
        usernameKey: 'username',
        ...members,
      },
    };
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

/** A policy that nobody waits for: the former credential works so long, and no longer. */
export function passwordPolicy(target: object, more: object = {}): object {
  return {
    generate: [{ key: 'password', password: { length: 32 } }],
    target,
    retireAfter: '0s',
    consumers: { wait: false },
    ...more,
  };
}
