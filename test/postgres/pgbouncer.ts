import { writeFileSync } from 'node:fs';
import pg from 'pg';
import { startServer } from '../services/managed-server.js';
import { findProgram } from '../services/programs.js';
import type { ServerFolder } from '../services/server-folder.js';
import type { TestServer } from '../services/test-server.js';

const LOGIN_MS_MAX = 2_000;

type Settings = Readonly<Record<string, string>>;

/** PgBouncer in front of a PostgreSQL server. */
export class PgBouncer {
  readonly #server: TestServer;
  readonly #target: string;
  readonly #caFile: string;

  private constructor(server: TestServer, target: string, caFile: string) {
    this.#server = server;
    this.#target = target;
    this.#caFile = caFile;
  }

  /** Starts one with these settings for the database of a URL, and its user. */
  static async start(target: string, settings: Settings): Promise<PgBouncer> {
    const { username, password } = new URL(target);
    let caFile = '';
    const server = await startServer(
      {
        name: 'pgbouncer',
        logFiles: [],
        stopSignal: 'SIGTERM',
        async prepare(folder) {
          ({ caFile } = folder);
          await folder.write('users.txt', `"${username}" "${password}"\n`);
        },
        command: (folder, port) => command({ folder, port, target, settings }),
        logIn: ({ port, ca }) => logIn({ target, port, ca }),
      },
      {},
    );
    return new PgBouncer(server, target, caFile);
  }

  /** The address of the database by way of the pooler. */
  get url(): string {
    const url = throughPort(this.#target, this.#server.port);
    url.searchParams.set('sslmode', 'verify-full');
    url.searchParams.set('sslrootcert', this.#caFile);
    return url.href;
  }

  /** Ends it as a crash does, and starts it again. */
  async crash(): Promise<void> {
    await this.#server.kill();
    await this.#server.start();
  }

  /** Number of its clients now, without the one that asks. */
  async clients(): Promise<number> {
    const url = throughPort(this.#target, this.#server.port);
    url.pathname = '/pgbouncer';
    const client = new pg.Client({ connectionString: url.href, ssl: { ca: this.#server.ca } });
    await client.connect();
    try {
      const { rows } = await client.query<{ readonly database: string }>('SHOW CLIENTS');
      return rows.filter(({ database }) => database !== 'pgbouncer').length;
    } finally {
      await client.end();
    }
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }
}

function throughPort(target: string, port: number): URL {
  const url = new URL(target);
  url.port = String(port);
  return url;
}

function command({
  folder,
  port,
  target,
  settings: given,
}: {
  readonly folder: ServerFolder;
  readonly port: number;
  readonly target: string;
  readonly settings: Settings;
}): readonly [string, ...string[]] {
  const { hostname, port: serverPort, username } = new URL(target);
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: folder.at('users.txt'),
    admin_users: username,
    max_client_conn: 200,
    client_tls_sslmode: 'require',
    client_tls_cert_file: folder.certificateFile,
    client_tls_key_file: folder.keyFile,
    ...given,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const databases = ['[databases]', `* = host=${hostname} port=${serverPort}`];
  const path = folder.at('pgbouncer.ini');
  // No secret is in it: the server, which may be another user, only reads it.
  writeFileSync(path, [...databases, '[pgbouncer]', ...lines, ''].join('\n'), { mode: 0o644 });
  return [findProgram('pgbouncer', 'pgbouncer'), path];
}

async function logIn({
  target,
  port,
  ca,
}: {
  readonly target: string;
  readonly port: number;
  readonly ca: string;
}): Promise<void> {
  const client = new pg.Client({
    connectionString: throughPort(target, port).href,
    ssl: { ca },
    connectionTimeoutMillis: LOGIN_MS_MAX,
  });
  try {
    await client.connect();
  } finally {
    await client.end();
  }
}
