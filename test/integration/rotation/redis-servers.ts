import { Redis } from 'ioredis';
import { type ServerAddress, startServer } from '../../services/managed-server.js';
import { findProgram } from '../../services/programs.js';
import type { ServerFolder } from '../../services/server-folder.js';
import type { TestServer } from '../../services/test-server.js';

/** Logged in as the admin of a test server; whoever opens it disconnects it. */
export async function adminOf({ host, port, ca, admin }: ServerAddress): Promise<Redis> {
  const client = new Redis({
    ...{ host, port, username: admin.username, password: admin.password, protocol: 2 },
    tls: { ca, checkServerIdentity: () => undefined },
    lazyConnect: true,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** A Redis whose users are in its configuration: in a file that it can rewrite, or in none. */
export function startRedisWithoutAclFile(place: 'file' | 'none'): Promise<TestServer> {
  return startServer(
    {
      name: 'redis',
      logFiles: [],
      stopSignal: 'SIGTERM',
      prepare: async (folder) => {
        await folder.write('redis.conf', configuration(folder));
      },
      command: (folder, port) => [
        findProgram('redis-server', 'redis-server'),
        // A file that is included is none that can be rewritten.
        ...(place === 'file' ? [] : ['--include']),
        folder.at('redis.conf'),
        '--tls-port',
        String(port),
      ],
      logIn: async (address) => (await adminOf(address)).disconnect(),
    },
    {},
  );
}

function configuration(folder: ServerFolder): string {
  const { username, password } = folder.admin;
  return [
    'port 0',
    'bind 127.0.0.1',
    'tls-auth-clients no',
    `tls-cert-file ${folder.certificateFile}`,
    `tls-key-file ${folder.keyFile}`,
    `tls-ca-cert-file ${folder.caFile}`,
    `dir ${folder.dir}`,
    `user ${username} on >${password} ~* &* +@all`,
    '',
  ].join('\n');
}
