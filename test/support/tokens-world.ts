import { vi } from 'vitest';
import { type Rule, TestInstallation } from './gateway.js';
import { type Answer, send } from './raw-http.js';
import { AuditService } from '../../src/audit/audit.service.js';
import { partOf } from './part-of.js';

const rbac = '/apis/rbac.authorization.k8s.io/v1';

/** A token as it is listed, and where it was just minted, the token. */
export interface TokenBody {
  readonly id: string;
  readonly token: string;
  readonly owner: string;
  readonly actsAs: string;
  readonly scope: Readonly<Record<string, readonly string[] | null>>;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

/** Rights on resources that the gateway alone asks about. */
export function virtual(resource: string, ...verbs: string[]): Rule {
  return { apiGroups: ['sallyport.dev'], resources: [resource], verbs };
}

export const allOfTokens = virtual('accesstokens', 'create', 'list', 'delete');

/** Waits until something holds that takes the cluster, or a kept decision, a while. */
export function eventually<T>(check: () => Promise<T> | T): Promise<T> {
  return vi.waitFor(check, { timeout: 15_000, interval: 100 });
}

/** The same where an API server takes up a policy, or many things go on at once. */
export function patiently<T>(check: () => Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 60_000, interval: 100 });
}

/** A gateway with callers that mint tokens. */
export class TokensWorld {
  readonly installation: TestInstallation;
  readonly base: string;

  private constructor(installation: TestInstallation, base: string) {
    this.installation = installation;
    this.base = base;
  }

  static async start(
    overrides: Record<string, unknown> = {},
    profile?: string,
  ): Promise<TokensWorld> {
    const installation = await TestInstallation.start(overrides, profile);
    const [base = ''] = await installation.gateway.listen();
    return new TokensWorld(installation, base);
  }

  /** Mints a token, which must succeed. */
  async mint(token: string, body: object = {}): Promise<TokenBody> {
    const answer = await this.create(token, body);
    if (answer.status !== 201) throw new Error(`not minted: ${answer.text}`);
    return answer.json() as unknown as TokenBody;
  }

  create(token: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    const whole = { description: 'a test', expiresInSeconds: 600, ...body };
    return send(this.base, { method: 'POST', path: '/v1/tokens', token, body: whole, headers });
  }

  get(token: string, path: string): Promise<Answer> {
    return send(this.base, { path, token });
  }

  revoke(token: string, id: string): Promise<Answer> {
    return send(this.base, { method: 'DELETE', path: `/v1/tokens/${id}`, token });
  }

  async tokensOf(token: string): Promise<readonly TokenBody[]> {
    const answer = await this.get(token, '/v1/tokens');
    if (answer.status !== 200) throw new Error(`not listed: ${answer.text}`);
    return answer.json()['items'] as readonly TokenBody[];
  }

  graphql(token: string, query: string, variables: object = {}): Promise<Answer> {
    return send(this.base, { method: 'POST', path: '/graphql', token, body: { query, variables } });
  }

  /** Binds cluster-wide rules to a ServiceAccount; the binding can be taken away by its name. */
  async grantEverywhere(
    serviceAccount: { readonly namespace: string; readonly name: string },
    name: string,
    rules: readonly Rule[],
  ): Promise<void> {
    const apiGroup = 'rbac.authorization.k8s.io';
    const { cluster } = this.installation;
    await cluster.request('POST', `${rbac}/clusterroles`, {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRole',
      metadata: { name },
      rules: rules.map((rule) => ({ apiGroups: [''], ...rule })),
    });
    await cluster.request('POST', `${rbac}/clusterrolebindings`, {
      apiVersion: `${apiGroup}/v1`,
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', ...serviceAccount }],
    });
  }

  async takeAway(name: string): Promise<void> {
    await this.installation.cluster.request('DELETE', `${rbac}/clusterrolebindings/${name}`);
  }

  /** Events about a call and its parts. */
  async eventsOf(answer: Answer) {
    const { items } = await partOf(this.installation.gateway, AuditService).list({});
    const id = answer.headers['audit-id'];
    return items.filter(({ auditId, parentId }) => auditId === id || parentId === id);
  }

  stop(): Promise<void> {
    return this.installation.stop();
  }
}
