import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestInstallation, type Rule } from '../../support/gateway.js';
import { type Answer, send } from '../../support/raw-http.js';
import { SecretsWorld, auditEventsOf, followed } from '../../support/secrets-world.js';
import { startTestCluster } from '../../support/test-target.js';
import { UpstreamProxy, proxyKubeconfig } from '../../support/upstream-proxy.js';

export type Role = 'owner' | 'reader' | 'lister' | 'nobody' | 'auditor';

/** Whom the audit trail names as the one who read: the broker, for the cache, or the caller. */
export const cache = 'broker';
export const cluster = 'caller';

/** A request that went upstream, and whom it was sent for. */
interface Upstream {
  readonly method: string;
  readonly path: string;
  readonly user: string | undefined;
}

export interface GraphqlBody {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string; readonly auditId: string };
  }[];
}

/** A gateway whose requests to the API server are counted, over a namespace that it caches. */
export class CachedWorld {
  readonly installation: TestInstallation;
  readonly secrets: SecretsWorld<Role>;
  readonly url: string;
  readonly #proxy: UpstreamProxy;
  readonly #asked: Upstream[] = [];

  private constructor(parts: {
    readonly installation: TestInstallation;
    readonly secrets: SecretsWorld<Role>;
    readonly url: string;
    readonly proxy: UpstreamProxy;
  }) {
    this.installation = parts.installation;
    this.secrets = parts.secrets;
    this.url = parts.url;
    this.#proxy = parts.proxy;
    this.#proxy.onRequest = ({ method, path, rawHeaders }) => {
      const at = rawHeaders.findIndex((text) => text.toLowerCase() === 'impersonate-user');
      this.#asked.push({ method, path, user: at < 0 ? undefined : rawHeaders[at + 1] });
    };
  }

  static async start(
    namespace: string,
    overrides: Record<string, unknown> = {},
  ): Promise<CachedWorld> {
    let proxy: UpstreamProxy | undefined;
    const installation = await TestInstallation.start(overrides, undefined, async () => {
      const started = await startTestCluster();
      proxy = await UpstreamProxy.start(started);
      const { url } = proxy;
      started.kubeconfigFor = async ({ token, name }) => {
        const path = join(started.dir, `${name}.kubeconfig`);
        writeFileSync(path, proxyKubeconfig(url, token), { mode: 0o600 });
        return path;
      };
      return started;
    });
    const [url = ''] = await installation.gateway.listen();
    const roles = ['owner', 'reader', 'lister', 'nobody', 'auditor'] as const;
    const secrets = await SecretsWorld.in(installation, namespace, roles);
    await followed(installation, namespace);
    if (proxy === undefined) throw new Error('there is no proxy');
    return new CachedWorld({ installation, secrets, url, proxy });
  }

  async stop(): Promise<void> {
    await this.installation.stop();
    await this.#proxy.stop();
  }

  /** A further caller. */
  user(name: string, rules: readonly Rule[]): Promise<string> {
    return this.installation.user(this.secrets.namespace, name, rules);
  }

  get(path: string, token: string, headers: Record<string, string> = {}): Promise<Answer> {
    return send(this.url, { path, token, headers });
  }

  async graphql(query: string, token: string): Promise<GraphqlBody> {
    const call = { method: 'POST', path: '/graphql', token, body: { query } };
    return (await send(this.url, call)).json<GraphqlBody>();
  }

  /**
   * Reads and lists of Secrets that went upstream while `act` ran, other than watches, and other
   * than the gateway's own in namespaces that are none of the test's.
   */
  async asked(act: () => Promise<unknown>): Promise<readonly Upstream[]> {
    return (await this.sent(act)).filter(({ method }) => method === 'GET');
  }

  /** The same with writes. */
  async sent(act: () => Promise<unknown>): Promise<readonly Upstream[]> {
    const before = this.#asked.length;
    await act();
    return this.#asked.slice(before).filter(({ path, user }) => {
      const [isOfSecrets, , of] = /^\/api\/v1\/(namespaces\/([^/]+)\/)?secrets/.exec(path) ?? [];
      const isOfOthers = user?.endsWith(':sallyport-broker') && of !== this.secrets.namespace;
      return isOfSecrets && !isOfOthers && !path.includes('watch=');
    });
  }

  /** Events of a call and of its parts, as the namespace's auditor sees them. */
  async events(auditId: string | undefined) {
    const auditor = this.secrets.as('auditor');
    const all = await auditEventsOf(auditor, this.secrets.namespace);
    return all.filter((event) => event.auditId === auditId || event.parentId === auditId);
  }

  /** By which plane an answer came about. */
  async planeOf({ headers }: Answer): Promise<string | undefined> {
    const [event] = await this.events(String(headers['audit-id']));
    return event?.plane;
  }
}
