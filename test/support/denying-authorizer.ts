import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { createCertificateAuthority } from '../cluster/certificates.js';
import { startCluster } from '../cluster/cluster.js';
import type { TestCluster } from '../cluster/test-cluster.js';

/** What the API server asks: who wants to do what. */
export interface AskedAccess {
  readonly user: string;
  readonly resourceAttributes?: {
    readonly namespace?: string;
    readonly verb?: string;
    readonly resource?: string;
    readonly name?: string;
  };
}

/** A webhook that an API server asks before RBAC: it denies, or has no opinion. */
export class DenyingAuthorizer {
  /** Why this may not be; undefined: RBAC decides. */
  denies: (asked: AskedAccess) => string | undefined = () => undefined;
  /** Users whom the API server has asked about, in their order. */
  readonly users: string[] = [];
  readonly #server: Server;
  readonly #dir: string;

  private constructor(server: Server, dir: string) {
    this.#server = server;
    this.#dir = dir;
    server.on('request', (request, response) => {
      json(request).then(
        (review) => {
          const { spec } = review as { readonly spec: AskedAccess };
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify(this.#reviewed(spec)));
        },
        () => response.writeHead(400).end(),
      );
    });
  }

  static async start(): Promise<DenyingAuthorizer> {
    const authority = await createCertificateAuthority('authorizer');
    const hosts = ['127.0.0.1'];
    const { key, certificate } = await authority.issue({ commonName: 'authorizer', hosts });
    const server = createServer({ key, cert: certificate });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-authorizer-'));
    const authorizer = new DenyingAuthorizer(server, dir);
    const ca = Buffer.from(authority.certificate).toString('base64');
    const cluster = { server: `https://127.0.0.1:${port}/`, 'certificate-authority-data': ca };
    const kubeconfig = {
      ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'it' },
      clusters: [{ name: 'it', cluster }],
      users: [{ name: 'it', user: {} }],
      contexts: [{ name: 'it', context: { cluster: 'it', user: 'it' } }],
    };
    writeFileSync(authorizer.#kubeconfig, JSON.stringify(kubeconfig));
    return authorizer;
  }

  /** A real API server that asks this one first, each time anew. */
  cluster(): Promise<TestCluster> {
    return startCluster({
      authorizationModes: 'Webhook,RBAC',
      apiServerArguments: [
        `--authorization-webhook-config-file=${this.#kubeconfig}`,
        '--authorization-webhook-version=v1',
        '--authorization-webhook-cache-authorized-ttl=1ms',
        '--authorization-webhook-cache-unauthorized-ttl=1ms',
      ],
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), 'close');
    rmSync(this.#dir, { recursive: true, force: true });
  }

  get #kubeconfig(): string {
    return join(this.#dir, 'kubeconfig');
  }

  #reviewed(asked: AskedAccess): object {
    this.users.push(asked.user);
    const reason = this.denies(asked);
    const verdict = reason === undefined ? {} : { denied: true, reason };
    return {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' },
      status: { allowed: false, ...verdict },
    };
  }
}
