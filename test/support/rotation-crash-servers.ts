import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { type Connection, createConnection } from 'mysql2/promise';
import pg from 'pg';
import { nativePasswordHash } from '../../src/rotation/domain/mysql/native-password.js';
import { startFerretdb } from '../services/ferretdb.js';
import { startMariadb } from '../services/mariadb.js';
import { startPostgres } from '../services/postgres.js';
import { startRedis } from '../services/redis.js';
import {
  type Login,
  type Session,
  openMariadb,
  openMongo,
  openPostgres,
  openRedis,
} from '../services/sessions.js';
import type { TestServer } from '../services/test-server.js';

/** Whether something that a server was told, or keeps, is of this password. */
export type Proof = (password: string) => boolean;

/** Passwords of a user that were not there when the watch began. */
export type Watch = (username: string) => Promise<readonly Proof[]>;

/** A server whose users' passwords are rotated, looked at past the gateway. */
export interface CrashServer {
  readonly server: TestServer;
  /** What a spec says beside host, users and admin. */
  readonly detail: object;
  makeUser(username: string, password: string): Promise<void>;
  /** False only where the server says no. */
  logsIn(username: string, password: string): Promise<boolean>;
  /** Whether one of these users is being changed by a transaction that waits for its client. */
  isHalfway(usernames: readonly string[]): Promise<boolean>;
  /** Another text after every statement, or after every change of these users at least. */
  touched(usernames: readonly string[]): Promise<string>;
  /** From now on tells of every password of these users that the server is told of, or keeps. */
  watch(usernames: readonly string[]): Promise<Watch>;
  stop(): Promise<void>;
}

const REFUSAL = /password|denied|WRONGPASS|auth/i;

function loginTo(open: (login: Login) => Promise<Session>, server: TestServer) {
  const { host, port, ca } = server;
  return async (username: string, password: string): Promise<boolean> => {
    try {
      await (await open({ host, port, ca, username, password })).end();
      return true;
    } catch (error) {
      if (REFUSAL.test(String(error))) return false;
      throw error;
    }
  };
}

export async function startCrashPostgres(): Promise<CrashServer> {
  const server = await startPostgres();
  const log = join(server.dir, 'server.log');
  const { host, port, ca, admin } = server;
  const client = new pg.Client({
    ...{ host, port, user: admin.username, password: admin.password, database: 'postgres' },
    ssl: { ca },
  });
  await client.connect();
  return {
    ...{ server, detail: { database: 'postgres' }, logsIn: loginTo(openPostgres, server) },
    async makeUser(username, password) {
      const [name, text] = [pg.escapeIdentifier(username), pg.escapeLiteral(password)];
      await client.query(`CREATE ROLE ${name} LOGIN PASSWORD ${text}`);
    },
    async isHalfway(usernames) {
      const waiting = "SELECT query FROM pg_stat_activity WHERE state = 'idle in transaction'";
      const { rows } = await client.query<{ query: string }>(waiting);
      return rows.some(({ query }) => usernames.some((name) => query.includes(`ROLE "${name}"`)));
    },
    touched: () => countIn(log, /LOG: {2}(statement|execute)/g),
    watch: watchOf(log, (text, username) => {
      const told = new RegExp(
        `ROLE "${username}"[^\\n]* PASSWORD 'SCRAM-SHA-256\\$(\\d+):([^$]+)\\$([^:]+):`,
        'g',
      );
      return [...text.matchAll(told)].map(([, iterations, salt = '', storedKey = '']) =>
        scramProof({ iterationCount: Number(iterations), salt, storedKey }),
      );
    }),
    async stop() {
      await client.end();
      await server.stop();
    },
  };
}

export async function startCrashMariadb(): Promise<CrashServer> {
  const server = await startMariadb();
  const log = join(server.dir, 'general.log');
  const { host, port, ca, admin } = server;
  const connection: Connection = await createConnection({
    ...{ host, port, user: admin.username, password: admin.password, ssl: { ca } },
  });
  return {
    ...{ server, detail: {}, isHalfway: never, logsIn: loginTo(openMariadb, server) },
    async makeUser(username, password) {
      await connection.query('CREATE USER ?@? IDENTIFIED BY ?', [username, '%', password]);
    },
    touched: () => countIn(log, /\t *\d+ Query\t/g),
    watch: watchOf(log, (text, username) => {
      // A user that is made gets a password of nobody at first.
      const told = new RegExp(`ALTER USER .${username}. *@[^\\n]*'(\\*[0-9A-F]{40})'`, 'g');
      return [...text.matchAll(told)].map(
        ([, hash]): Proof =>
          (password) =>
            nativePasswordHash(password) === hash,
      );
    }),
    async stop() {
      await connection.end();
      await server.stop();
    },
  };
}

export async function startCrashRedis(): Promise<CrashServer> {
  const server = await startRedis();
  const { host, port, ca, admin } = server;
  const client = new Redis({ host, port, ...admin, tls: { ca } });
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const hashesOf = async (username: string): Promise<readonly string[]> => {
    const reply = (await client.acl('GETUSER', username)) as readonly unknown[] | null;
    return (reply?.[reply.indexOf('passwords') + 1] ?? []) as readonly string[];
  };
  return {
    ...{ server, detail: {}, isHalfway: never, logsIn: loginTo(openRedis, server) },
    async makeUser(username, password) {
      await client.acl('SETUSER', username, 'on', `>${password}`, '+@read', '+ping', '+info', '~*');
    },
    async touched() {
      const stats = await client.info('commandstats');
      return /cmdstat_acl\|setuser:calls=\d+/.exec(stats)?.[0] ?? '';
    },
    async watch(usernames) {
      const known = new Set((await Promise.all(usernames.map(hashesOf))).flat());
      return async (username) => {
        const hashes = (await hashesOf(username)).filter((hash) => !known.has(hash));
        return hashes.map(
          (hash): Proof =>
            (password) =>
              sha256(password) === hash,
        );
      };
    },
    async stop() {
      client.disconnect();
      await server.stop();
    },
  };
}

/** Whose changes are no transactions. */
const never = () => Promise.resolve(false);

/** As PostgreSQL and MongoDB keep it, in base64. */
interface ScramCredential {
  readonly iterationCount: number;
  readonly salt: string;
  readonly storedKey: string;
}

export async function startCrashFerretdb(): Promise<CrashServer> {
  const server = await startFerretdb();
  const { host, port, ca, admin } = server;
  const client = await MongoClient.connect(`mongodb://${host}:${port}/`, {
    ...{ tls: true, ca, auth: admin },
  });
  const users = client.db('admin');
  const keptOf = async (username: string): Promise<ScramCredential | undefined> => {
    const found = (await users.command({ usersInfo: username, showCredentials: true })) as {
      users: { credentials: Record<string, ScramCredential> }[];
    };
    return found.users[0]?.credentials['SCRAM-SHA-256'];
  };
  const storedKeyOf = (kept: ScramCredential | undefined) => kept?.storedKey;
  return {
    ...{ server, detail: {}, isHalfway: never, logsIn: loginTo(openMongo, server) },
    async makeUser(username, password) {
      const mechanisms = ['SCRAM-SHA-256'];
      await users.command({ createUser: username, pwd: password, roles: [], mechanisms });
    },
    // Each change has a salt of its own.
    touched: async (usernames) => JSON.stringify(await Promise.all(usernames.map(keptOf))),
    async watch(usernames) {
      const known = new Set((await Promise.all(usernames.map(keptOf))).map(storedKeyOf));
      return async (username) => {
        const kept = await keptOf(username);
        return kept === undefined || known.has(kept.storedKey) ? [] : [scramProof(kept)];
      };
    },
    async stop() {
      await client.close();
      await server.stop();
    },
  };
}

const SCRAM_KEY_BYTES = 32;

/** RFC 5802, section 3. */
function scramProof({ iterationCount, salt, storedKey }: ScramCredential): Proof {
  return (password) => {
    const saltBytes = Buffer.from(salt, 'base64');
    const salted = pbkdf2Sync(password, saltBytes, iterationCount, SCRAM_KEY_BYTES, 'sha256');
    const clientKey = createHmac('sha256', salted).update('Client Key').digest();
    return createHash('sha256').update(clientKey).digest('base64') === storedKey;
  };
}

/** Of a server that logs what it is told. */
function watchOf(
  file: string,
  find: (text: string, username: string) => readonly Proof[],
): CrashServer['watch'] {
  return () => {
    const since = statSync(file).size;
    return Promise.resolve((username) =>
      Promise.resolve(find(readFileSync(file).subarray(since).toString(), username)),
    );
  };
}

function countIn(file: string, what: RegExp): Promise<string> {
  return Promise.resolve(`${readFileSync(file, 'utf8').match(what)?.length ?? 0} times`);
}
