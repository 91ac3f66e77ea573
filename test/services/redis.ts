import { createHash } from 'node:crypto';
import { Redis } from 'ioredis';
import { startServer, type ServerAddress } from './managed-server.js';
import { findProgram } from './programs.js';
import type { ServerFolder } from './server-folder.js';
import type { TestServer, TestServerOptions } from './test-server.js';

const LOGIN_MS_MAX = 2_000;

const defaults = {
  port: '0',
  bind: '127.0.0.1',
  'tls-auth-clients': 'no',
  appendonly: 'yes',
  save: '',
  loglevel: 'verbose',
  daemonize: 'no',
};

/** A Redis server whose users are in a file, so that `ACL SAVE` works; its default user is off. */
export function startRedis(options: TestServerOptions = {}): Promise<TestServer> {
  return startServer(
    {
      name: 'redis',
      logFiles: [],
      stopSignal: 'SIGTERM',
      prepare,
      command: (folder, port) => command({ folder, port, options }),
      logIn,
    },
    options,
  );
}

async function prepare(folder: ServerFolder): Promise<void> {
  const { username, password } = folder.admin;
  const hash = createHash('sha256').update(password).digest('hex');
  await folder.write('users.acl', `user default off\nuser ${username} on #${hash} ~* &* +@all\n`);
}

function command(parts: {
  folder: ServerFolder;
  port: number;
  options: TestServerOptions;
}): readonly [string, ...string[]] {
  const { folder, port, options } = parts;
  const settings = {
    ...defaults,
    'tls-port': String(port),
    'tls-cert-file': folder.certificateFile,
    'tls-key-file': folder.keyFile,
    'tls-ca-cert-file': folder.caFile,
    dir: folder.dir,
    aclfile: folder.at('users.acl'),
    ...options.settings,
  };
  const set = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  return [findProgram('redis-server', 'redis-server'), ...set];
}

async function logIn({ host, port, ca, admin }: ServerAddress): Promise<void> {
  const client = new Redis({
    ...{ host, port, username: admin.username, password: admin.password },
    tls: { ca, checkServerIdentity: () => undefined },
    lazyConnect: true,
    connectTimeout: LOGIN_MS_MAX,
    commandTimeout: LOGIN_MS_MAX,
    retryStrategy: () => null,
  });
  // It says again what `connect` rejects with, and would end the process if nobody listened.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}
