import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import type { TestServer } from './test-server.js';

const CONNECT_MS_MAX = 20_000;

export interface Login {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** PEM; without it the client speaks plain text. */
  readonly ca?: string;
}

/** A client that is logged in, and keeps one text on its server. */
export interface Session {
  write(text: string): Promise<void>;
  read(): Promise<string | undefined>;
  end(): Promise<void>;
}

export function adminLogin({ host, port, ca, admin }: TestServer): Login {
  return { host, port, ca, ...admin };
}

export async function openPostgres({ ca, username, ...login }: Login): Promise<Session> {
  const client = new pg.Client({
    ...{ ...login, user: username, database: 'postgres' },
    ssl: ca === undefined ? false : { ca },
    connectionTimeoutMillis: CONNECT_MS_MAX,
  });
  // The server is killed under it.
  client.on('error', () => undefined);
  await client.connect();
  return {
    async write(text) {
      await client.query('CREATE TABLE IF NOT EXISTS notes (text text)');
      await client.query('INSERT INTO notes VALUES ($1)', [text]);
    },
    read: async () =>
      (await client.query<{ text: string }>('SELECT text FROM notes')).rows[0]?.text,
    end: () => client.end(),
  };
}

export async function openMariadb({ ca, username, ...login }: Login): Promise<Session> {
  const connection = await createConnection({
    ...{ ...login, user: username },
    ...(ca === undefined ? {} : { ssl: { ca, verifyIdentity: true } }),
    connectTimeout: CONNECT_MS_MAX,
  });
  connection.on('error', () => undefined);
  return {
    async write(text) {
      await connection.query('CREATE DATABASE IF NOT EXISTS notes');
      await connection.query('CREATE TABLE IF NOT EXISTS notes.notes (text text)');
      await connection.query('INSERT INTO notes.notes VALUES (?)', [text]);
    },
    async read() {
      const [rows] = await connection.query('SELECT text FROM notes.notes');
      return (rows as { text: string }[])[0]?.text;
    },
    end: () => connection.end(),
  };
}

export async function openRedis({ ca, ...login }: Login): Promise<Session> {
  const client = new Redis({
    ...login,
    ...(ca === undefined ? {} : { tls: { ca } }),
    lazyConnect: true,
    connectTimeout: CONNECT_MS_MAX,
    commandTimeout: CONNECT_MS_MAX,
    retryStrategy: () => null,
  });
  let reason: unknown;
  client.on('error', (error) => {
    reason = error;
  });
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    client.disconnect();
    // `connect` says no more than that the connection is closed.
    throw reason ?? error;
  }
  return {
    write: async (text) => void (await client.set('note', text)),
    read: async () => (await client.get('note')) ?? undefined,
    end: () => Promise.resolve(client.disconnect()),
  };
}

export async function openMongo({ ca, username, password, host, port }: Login): Promise<Session> {
  const client = new MongoClient(`mongodb://${host}:${port}/admin`, {
    auth: { username, password },
    ...(ca === undefined ? {} : { tls: true, ca }),
    serverSelectionTimeoutMS: CONNECT_MS_MAX,
    connectTimeoutMS: CONNECT_MS_MAX,
  });
  try {
    await client.connect();
  } catch (error) {
    await client.close();
    throw error;
  }
  const notes = client.db('notes').collection<{ text: string }>('notes');
  return {
    write: async (text) => void (await notes.insertOne({ text })),
    read: async () => (await notes.findOne())?.text,
    end: () => client.close(),
  };
}
