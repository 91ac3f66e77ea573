import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadAdmissionPlugins } from './admission/load-plugins.js';
import { Authenticator } from './authn/authenticator.js';
import { defaultIssuer, ServiceAccountTokens } from './authn/service-account-tokens.js';
import { RbacAuthorizer } from './authz/rbac-authorizer.js';
import { aggregateClusterRoles } from './controllers/cluster-role-aggregation.js';
import { collectGarbage } from './controllers/garbage-collection.js';
import { removeCustomResources } from './controllers/custom-resource-removal.js';
import { finishNamespaces } from './controllers/namespace-deletion.js';
import { RequestHandler } from './http/handle-request.js';
import { OpenSockets } from './http/open-sockets.js';
import { openSandboxKeys, type SandboxKeys } from './keys/sandbox-keys.js';
import { builtInDefinitions } from './registry/built-in-resources.js';
import { ResourceRegistry } from './registry/resource-registry.js';
import type { SandboxSettings } from './running-sandbox.js';
import { kubernetesSchemas } from './schema/schema-source.js';
import { createBootstrapObjects } from './seed/bootstrap-objects.js';
import { ObjectStore } from './store/object-store.js';
import { bounds } from './store/sandbox-bounds.js';
import { openSandboxDatabase, toSandboxStorageError } from './store/sandbox-database.js';
import { timestamp } from './verbs/resource-request.js';

const LOOPBACK = '127.0.0.1';

export interface SandboxServer {
  /** `https://127.0.0.1:PORT`. */
  readonly url: string;
  /** PEM, like the next two: the authority, then a client certificate of `system:masters`. */
  readonly caCertificate: string;
  readonly adminCertificate: string;
  readonly adminKey: string;
  /** Ends open watches, then closes the database. */
  stop(): Promise<void>;
}

/**
 * Runs the API server in this thread. Rejects with one sentence if its folder, database or port
 * cannot be used. `onFault` receives errors that no request has caused.
 */
export async function startSandboxServer(
  settings: SandboxSettings,
  onFault: (error: unknown) => void = () => undefined,
): Promise<SandboxServer> {
  const database = openSandboxDatabase(settings.dataDir);
  try {
    const keys = await openSandboxKeys(join(settings.dataDir, 'keys'));
    const nowMs = () => Date.now();
    const store = new ObjectStore(database, nowMs, onFault);
    createBootstrapObjects(store, timestamp(nowMs()));
    const schemas = kubernetesSchemas();
    const plugins = await loadAdmissionPlugins(settings.admission ?? []);
    const registry = new ResourceRegistry(builtInDefinitions(schemas), store, plugins);
    const authorizer = new RbacAuthorizer(store);
    const privateKeyPem = keys.serviceAccountKey.pem;
    const issuer = defaultIssuer;
    const tokens = new ServiceAccountTokens({ reader: store, privateKeyPem, issuer, nowMs });
    const authenticator = new Authenticator(tokens);
    const parts = { store, registry, authorizer, tokens, schemas, nowMs, authenticator, onFault };
    const works = [
      aggregateClusterRoles(store, onFault),
      finishNamespaces(parts, onFault),
      collectGarbage(parts, onFault),
      removeCustomResources(store, onFault),
    ];
    const server = serverOf(keys, new RequestHandler(parts));
    const sockets = new OpenSockets(server);
    const url = await listen(server, settings.port, onFault);
    return {
      url,
      caCertificate: keys.authority.certificate,
      adminCertificate: keys.admin.certificate,
      adminKey: keys.admin.key,
      async stop() {
        const closed = once(server, 'close');
        server.close();
        server.closeAllConnections();
        sockets.end();
        await closed;
        for (const work of works) work.stop();
        store.close();
      },
    };
  } catch (error) {
    database.close();
    throw isAddressError(error) ? error : toSandboxStorageError(settings.dataDir, error);
  }
}

function serverOf(keys: SandboxKeys, handler: RequestHandler): Server {
  const server = createServer({
    key: keys.server.key,
    cert: keys.server.certificate,
    ca: keys.authority.certificate,
    // A client without a certificate, or with a foreign certificate, may send a token.
    requestCert: true,
    rejectUnauthorized: false,
    minVersion: 'TLSv1.2',
    maxHeaderSize: bounds.headerBytesMax,
    requestTimeout: bounds.requestReadMsMax,
    // Go's servers keep idle connections for minutes; a short time would race with clients.
    keepAliveTimeout: bounds.keepAliveMs,
  });
  server.maxConnections = bounds.connectionsMax;
  // `listen` reports errors of the start; later errors come from accepting connections.
  server.on('error', () => undefined);
  server.on('request', (request, response) => void handler.handle(request, response));
  return server;
}

/** The process that started the sandbox has a better message for a port error. */
function isAddressError(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall === 'listen';
}

/** After the start, errors of the server itself, like too many open files, are faults. */
async function listen(
  server: Server,
  port: number,
  onFault: (error: unknown) => void,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen(port, LOOPBACK, resolve);
  await promise;
  server.on('error', onFault).off('error', reject);
  // The server is bound to an address with a port.
  return `https://${LOOPBACK}:${(server.address() as AddressInfo).port}`;
}
