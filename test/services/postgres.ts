import { join } from 'node:path';
import pg from 'pg';
import { postgresFolder } from '../postgres/postgres-binaries.js';
import { startServer, type ServerAddress } from './managed-server.js';
import type { ServerFolder } from './server-folder.js';
import type { TestServer, TestServerOptions } from './test-server.js';
import { runUnprivileged } from './unprivileged.js';

const LOGIN_MS_MAX = 2_000;
const access = 'hostssl all all 127.0.0.1/32 scram-sha-256\nhostnossl all all all reject\n';

/** Processes are killed here, machines are not: nothing needs to reach the disk. */
const defaults = {
  shared_buffers: '32MB',
  max_connections: '200',
  unix_socket_directories: '',
  listen_addresses: '127.0.0.1',
  fsync: 'off',
  ssl: 'on',
  password_encryption: 'scram-sha-256',
  log_statement: 'all',
  log_connections: 'on',
  // In its folder: segments of a killed server would stay in memory.
  dynamic_shared_memory_type: 'mmap',
};

/** A PostgreSQL server that logs every statement; `admin` is its only superuser. */
export function startPostgres(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer(
    {
      name: 'postgresql',
      logFiles: [],
      // Fast: SIGTERM would wait until the last client has left.
      stopSignal: 'SIGINT',
      prepare,
      command: (folder, port) => command({ folder, port, options }),
      logIn,
    },
    options,
  );
}

async function prepare(folder: ServerFolder): Promise<void> {
  const { username, password } = folder.admin;
  const passwordFile = await folder.write('password', password);
  await folder.write('pg_hba.conf', access);
  await runUnprivileged(folder.dir, [
    join(postgresFolder(), 'initdb'),
    ...['--no-sync', '--encoding=UTF8', '--no-locale', '--auth=scram-sha-256'],
    ...[`--username=${username}`, `--pwfile=${passwordFile}`, '-D', folder.at('data')],
  ]);
}

function command(parts: {
  folder: ServerFolder;
  port: number;
  options: TestServerOptions;
}): readonly [string, ...string[]] {
  const { folder, port, options } = parts;
  const settings = {
    ...defaults,
    port: String(port),
    hba_file: folder.at('pg_hba.conf'),
    ssl_cert_file: folder.certificateFile,
    ssl_key_file: folder.keyFile,
    ...options.settings,
  };
  const set = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return [join(postgresFolder(), 'postgres'), '-D', folder.at('data'), ...set];
}

async function logIn({ host, port, ca, admin }: ServerAddress): Promise<void> {
  const client = new pg.Client({
    ...{ host, port, database: 'postgres', user: admin.username, password: admin.password },
    ssl: { ca, checkServerIdentity: () => undefined },
    connectionTimeoutMillis: LOGIN_MS_MAX,
  });
  await client.connect();
  await client.end();
}
