import { join } from 'node:path';
import { writeKubeconfig } from '../../cluster/kubeconfig.js';
import { TestInstallation, allOfSecrets, type Rule } from '../../support/gateway.js';
import { type Answer, type Call, send } from '../../support/raw-http.js';
import { type TokenBody, virtual } from '../../support/tokens-world.js';
import { TlsWorld } from '../../support/tls-files.js';
import { AuditService } from '../../../src/audit/audit.service.js';
import { partOf } from '../../support/part-of.js';

export const namespace = 'pay';

/** All that a namespace user can do with Secrets, and tokens that can do less. */
const rules: readonly Rule[] = [
  { ...allOfSecrets, verbs: [...allOfSecrets.verbs, 'deletecollection'] },
  virtual('accesstokens', 'create', 'list', 'delete'),
];

/** A served namespace, and the façade in front of it as client libraries reach it: by TLS. */
export class LibraryWorld {
  readonly installation: TestInstallation;
  /** PEM. */
  readonly ca: string;
  /** Of the gateway, over plain http and over https. */
  readonly plain: string;
  readonly secure: string;
  /** Of a ServiceAccount that may do everything with the namespace's Secrets. */
  readonly token: string;
  readonly #tls: TlsWorld;

  private constructor(
    installation: TestInstallation,
    tls: TlsWorld,
    { urls: [plain = '', secure = ''], token }: { urls: readonly string[]; token: string },
  ) {
    this.installation = installation;
    this.#tls = tls;
    this.ca = tls.ca;
    this.plain = plain;
    this.secure = secure;
    this.token = token;
  }

  static async start(): Promise<LibraryWorld> {
    const tls = await TlsWorld.create();
    const { cert, key } = tls.files;
    const installation = await TestInstallation.start({
      listen: { port: 0, tls: { port: 0, cert, key } },
    });
    try {
      const urls = await installation.gateway.listen();
      await installation.serve(namespace);
      const token = await installation.user(namespace, 'app', rules);
      return new LibraryWorld(installation, tls, { urls, token });
    } catch (error) {
      await installation.stop();
      tls.remove();
      throw error;
    }
  }

  get port(): number {
    return Number(new URL(this.secure).port);
  }

  /** The kubeconfig of a caller in front of the façade, at the gateway's own port by default. */
  async kubeconfig(name: string, token = this.token, port = this.port): Promise<string> {
    const path = join(this.installation.cluster.dir, `${name}.kubeconfig`);
    const server = `https://127.0.0.1:${port}/kubernetes`;
    await writeKubeconfig(path, { server, ca: this.ca, user: { token } });
    return path;
  }

  /** That of the ServiceAccount straight in front of the API server. */
  async directKubeconfig(): Promise<string> {
    const { cluster } = this.installation;
    const token = await cluster.createToken({ namespace, serviceAccount: 'app' });
    return cluster.kubeconfigFor({ name: 'direct', token });
  }

  /** A request at the façade. */
  send(call: Omit<Call, 'ca'>): Promise<Answer> {
    const path = `/kubernetes${call.path}`;
    return send(this.secure, { token: this.token, ...call, path, ca: this.ca });
  }

  /** A token of the gateway that does what this ServiceAccount may do in the namespace, or less. */
  async mint(scope: object = {}, expiresInSeconds = 600): Promise<TokenBody> {
    const body = {
      description: 'a test',
      expiresInSeconds,
      scope: { namespaces: [namespace], ...scope },
    };
    const call = { method: 'POST', path: '/v1/tokens', token: this.token, body };
    const answer = await send(this.plain, call);
    if (answer.status !== 201) throw new Error(`not minted: ${answer.text}`);
    return answer.json<TokenBody>();
  }

  /** What is on record, oldest first. */
  async events() {
    const { items } = await partOf(this.installation.gateway, AuditService).list(
      {},
      { limit: 500 },
    );
    return items.toReversed();
  }

  async stop(): Promise<void> {
    try {
      await this.installation.stop();
    } finally {
      this.#tls.remove();
    }
  }
}
