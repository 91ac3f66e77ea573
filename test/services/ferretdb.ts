import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { MongoClient } from 'mongodb';
import { ensureFerretdb } from '../ferretdb/ferretdb-binary.js';
import { startServer, type ServerAddress } from './managed-server.js';
import type { ServerFolder } from './server-folder.js';
import type { TestServer, TestServerOptions } from './test-server.js';

const LOGIN_MS_MAX = 2_000;

const defaults = {
  handler: 'sqlite',
  'test-enable-new-auth': 'true',
  'setup-database': 'admin',
  // None but the one with TLS; and no news to its makers.
  'listen-addr': '',
  'debug-addr': '-',
  telemetry: 'disable',
};

/** A server of the MongoDB protocol, with users of its own that log in by SCRAM. */
export async function startFerretdb(options: TestServerOptions = {}): Promise<TestServer> {
  const binary = await ensureFerretdb();
  return startServer(
    {
      name: 'ferretdb',
      // Its binary is in the home folder of whoever runs the tests.
      runsAs: 'tester',
      logFiles: [],
      stopSignal: 'SIGTERM',
      prepare: async (folder) => void (await mkdir(folder.at('data'))),
      command: (folder, port) => [binary, ...serverArguments({ folder, port, options })],
      logIn,
    },
    options,
  );
}

function serverArguments(parts: {
  folder: ServerFolder;
  port: number;
  options: TestServerOptions;
}): readonly string[] {
  const { folder, port, options } = parts;
  const settings = {
    ...defaults,
    'listen-tls': `127.0.0.1:${port}`,
    'listen-tls-cert-file': folder.certificateFile,
    'listen-tls-key-file': folder.keyFile,
    // It does this once, when it finds no database of that name.
    'setup-username': folder.admin.username,
    'setup-password': folder.admin.password,
    'sqlite-url': `file:${folder.at('data')}/`,
    'state-dir': folder.dir,
    ...options.settings,
  };
  return Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
}

async function logIn({ host, port, ca, admin }: ServerAddress): Promise<void> {
  await connectOnce(host, port);
  const client = new MongoClient(`mongodb://${host}:${port}/admin`, {
    auth: admin,
    tls: true,
    ca,
    tlsAllowInvalidHostnames: true,
    serverSelectionTimeoutMS: LOGIN_MS_MAX,
    connectTimeoutMS: LOGIN_MS_MAX,
  });
  try {
    await client.connect();
    await client.db('admin').command({ ping: 1 });
  } finally {
    await client.close();
  }
}

/** The driver would wait half a second before it tried again. */
async function connectOnce(host: string, port: number): Promise<void> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
