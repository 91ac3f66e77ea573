import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { startServer, type ServerAddress } from './managed-server.js';
import { ensureOpenBao } from './openbao-program.js';
import type { ServerFolder } from './server-folder.js';
import type { TestServer, TestServerOptions } from './test-server.js';

const CALL_MS_MAX = 5_000;

/** An OpenBao server and what its operator asks of it. */
export interface TestOpenBao {
  readonly server: TestServer;
  readonly url: URL;
  /** Calls it with the root token; rejects with what it answered. */
  call(method: string, path: string, body?: object): Promise<unknown>;
}

/** OpenBao in its development mode, over TLS: unsealed, in memory, with KV v2 at `secret/`. */
export async function startOpenBao(options: TestServerOptions = {}): Promise<TestOpenBao> {
  const program = await ensureOpenBao();
  const server = await startServer(
    {
      name: 'openbao',
      // Its program is in the cache folder of whoever runs the tests.
      runsAs: 'tester',
      logFiles: [],
      stopSignal: 'SIGTERM',
      prepare: () => Promise.resolve(),
      command: (folder, port) => [
        'env',
        // The development mode writes to the home folder, and has no other place for the token.
        `HOME=${folder.dir}`,
        `BAO_DEV_ROOT_TOKEN_ID=${folder.admin.password}`,
        program,
        ...['server', '-dev', '-dev-no-store-token', '-log-level=warn'],
        ...['-dev-listen-address=127.0.0.1:0', `-config=${listenerFile(folder, port)}`],
      ],
      logIn: async (address) => void (await call(address, 'GET', 'secret/config')),
    },
    options,
  );
  return {
    server,
    url: new URL(`https://${server.host}:${server.port}`),
    call: (...args) => call(server, ...args),
  };
}

/** Writes where it listens: its own listener of the development mode has no TLS of ours. */
function listenerFile(folder: ServerFolder, port: number): string {
  const listener = {
    address: `127.0.0.1:${port}`,
    tls_cert_file: folder.certificateFile,
    tls_key_file: folder.keyFile,
  };
  const path = folder.at('listener.json');
  writeFileSync(path, JSON.stringify({ listener: [{ tcp: listener }] }), { mode: 0o644 });
  return path;
}

async function call(
  { host, port, ca, admin }: ServerAddress,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const signal = AbortSignal.timeout(CALL_MS_MAX);
  const headers = { 'x-vault-token': admin.password };
  const options = { host, port, ca, method, path: `/v1/${path}`, headers, signal, agent: false };
  const sent = request({ ...options, checkServerIdentity: () => undefined }, (answer) => {
    text(answer).then((said) => {
      const { statusCode: status = 0 } = answer;
      if (status >= 200 && status < 300) resolve(said === '' ? undefined : JSON.parse(said));
      else reject(new Error(`OpenBao answered ${method} ${path} with ${status}: ${said}`));
    }, reject);
  });
  sent.on('error', reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return promise;
}
