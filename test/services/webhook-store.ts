import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ServerAddress, startServer } from './managed-server.js';
import type { TestServer } from './test-server.js';

const CALL_MS_MAX = 5_000;
const example = join(import.meta.dirname, '../../deploy/examples/webhook-store/server.mjs');

export interface WebhookResponse {
  readonly status: number;
  /** Parsed JSON; undefined if there is no body. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** Parts of a request that differ from those of a valid one. */
export interface WebhookRequestChange {
  readonly id?: string;
  readonly timestampSeconds?: number;
  readonly key?: string;
  /** Method and target that are signed in place of those that are sent. */
  readonly signs?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The example server of the documentation, and calls of a client of its own. */
export interface TestWebhookStore {
  readonly server: TestServer;
  readonly url: URL;
  /** Text of the key that signs requests. */
  readonly signingKey: string;
  /** Sends a signed request to a name. */
  call(
    method: string,
    name: string,
    body?: object,
    change?: WebhookRequestChange,
  ): Promise<WebhookResponse>;
  /** Replaces the values as another program does; returns the version. */
  writtenByOthers(name: string, texts: Readonly<Record<string, string>>): Promise<string>;
}

export interface WebhookStoreOptions {
  /** JSON with public keys of a cluster; undefined: the server expects no token. */
  readonly jwks?: string;
  readonly audience?: string;
}

/** Starts the example server of the documentation over TLS. */
export async function startWebhookStore(
  options: WebhookStoreOptions = {},
): Promise<TestWebhookStore> {
  const { jwks, audience = 'webhook' } = options;
  const server = await startServer(
    {
      name: 'webhook-store',
      runsAs: 'tester',
      logFiles: [],
      stopSignal: 'SIGTERM',
      async prepare(folder) {
        await folder.write('signing.key', `${keyOf(folder)}\n`);
        if (jwks !== undefined) await folder.write('jwks.json', jwks);
      },
      command: (folder, port) => [
        'env',
        ...[`PORT=${port}`, `TLS_CERT=${folder.certificateFile}`, `TLS_KEY=${folder.keyFile}`],
        `SIGNING_KEYS=${folder.at('signing.key')}`,
        ...(jwks === undefined ? [] : [`JWKS=${folder.at('jwks.json')}`, `AUDIENCE=${audience}`]),
        ...[process.execPath, example],
      ],
      // A server that expects a token answers as well.
      logIn: async (address) => void (await call(address, { method: 'GET', name: 'ready' })),
    },
    {},
  );
  return {
    server,
    url: new URL(`https://${server.host}:${server.port}`),
    signingKey: keyOf(server),
    call: (method, name, body, change) => call(server, { method, name, body, change }),
    writtenByOthers: (name, texts) => replaceValues(server, name, texts),
  };
}

function keyOf({ admin }: Pick<ServerAddress, 'admin'>): string {
  return `whsec_${Buffer.from(admin.password.padEnd(32, '0')).toString('base64')}`;
}

/** Changes the values and keeps the owner. A write of the gateway may come in between. */
async function replaceValues(
  address: ServerAddress,
  name: string,
  texts: Readonly<Record<string, string>>,
): Promise<string> {
  const encoded = Object.entries(texts).map(([key, one]) => [
    key,
    Buffer.from(one).toString('base64'),
  ]);
  const values = Object.fromEntries(encoded) as object;
  for (;;) {
    const { body: found = {} } = await call(address, { method: 'GET', name });
    const expectedVersion = found['version'] ?? null;
    const owner = found['owner'] ?? 'another program';
    const body = { expectedVersion, owner, values };
    const { status, body: written } = await call(address, { method: 'PUT', name, body });
    if (status === 200) return String(written?.['version']);
    if (status !== 409) throw new Error(`the webhook store answers ${status}`);
  }
}

interface Call {
  readonly method: string;
  readonly name: string;
  readonly body?: object | undefined;
  readonly change?: WebhookRequestChange | undefined;
}

async function call(
  address: ServerAddress,
  { method, name, body, change = {} }: Call,
): Promise<WebhookResponse> {
  const { host, port, ca } = address;
  const path = `/secrets/${name}`;
  const sent = body === undefined ? '' : JSON.stringify(body);
  const { id = randomUUID(), timestampSeconds = Math.floor(Date.now() / 1_000) } = change;
  const { key = keyOf(address), signs = `${method} ${path}` } = change;
  const signature = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
    .update(`${id}.${timestampSeconds}.${signs}\n${sent}`)
    .digest('base64');
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': `v1,${signature}`,
    ...change.headers,
  };
  const { promise, resolve, reject } = Promise.withResolvers<WebhookResponse>();
  const signal = AbortSignal.timeout(CALL_MS_MAX);
  const outgoing = request({ host, port, ca, method, path, headers, signal, agent: false });
  outgoing.on('error', reject);
  outgoing.on('response', (answer) => {
    text(answer).then((said) => {
      const parsed = said === '' ? undefined : (JSON.parse(said) as WebhookResponse['body']);
      resolve({ status: answer.statusCode ?? 0, body: parsed });
    }, reject);
  });
  outgoing.end(sent);
  return promise;
}
