import { vi } from 'vitest';
import type { ApiResponse } from '../../cluster/api-client.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import { importsIn, secretImport, secretShare, sharesIn } from '../../support/share-manifests.js';
import {
  applyPatch,
  namespace,
  type Rotation,
  RotationCluster,
  type Rule,
} from '../rotation/rotation-cluster.js';

export type Written = Rotation;
type Answer = ApiResponse<Written>;

export const shares = sharesIn(namespace);
export const imports = importsIn(namespace);

/** A Kubernetes API on which what `deploy` ships for shares is in force. */
export class ShareCluster {
  readonly cluster: TestCluster;
  readonly #world: RotationCluster;

  private constructor(world: RotationCluster) {
    this.#world = world;
    this.cluster = world.cluster;
  }

  static async start(start: () => Promise<TestCluster>): Promise<ShareCluster> {
    const world = new ShareCluster(await RotationCluster.start(start));
    await world.#inForce();
    return world;
  }

  /** Lets a user do this in the namespace; API servers lag a little behind. */
  allow(user: string, ...rules: readonly Rule[]): Promise<void> {
    return this.#world.allow(user, ...rules);
  }

  as(user: string, group?: string): ShareClient {
    const impersonated = group === undefined ? {} : { 'impersonate-group': group };
    return new ShareClient(this.cluster, { 'impersonate-user': user, ...impersonated });
  }

  get admin(): ShareClient {
    return new ShareClient(this.cluster, {});
  }

  async #inForce(): Promise<void> {
    const writes: Rule = ['create', 'sallyport.dev', 'secretshares,secretimports'];
    await this.allow('share-probe', writes, ['create', 'sallyport.dev', 'secretimports']);
    const probe = this.as('share-probe');
    const target = { secretName: 'db' };
    const tries: readonly (() => Promise<Answer>)[] = [
      () => probe.create(shares, secretShare('probe'), '?dryRun=All'),
      () => probe.create(imports, secretImport('probe', { target }), '?dryRun=All'),
    ];
    for (const attempt of tries) {
      await eventually(async () => {
        const { status, body } = await attempt();
        return status === 403 && body.message?.includes('ValidatingAdmissionPolicy') === true;
      });
    }
    await eventually(async () => {
      const { body } = await this.admin.create(shares, secretShare('probe'), '?dryRun=All');
      return body.metadata.annotations !== undefined;
    });
  }
}

/** Writes shares and imports as a user; a refusal is an answer too. */
export class ShareClient {
  readonly #cluster: TestCluster;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(cluster: TestCluster, headers: Readonly<Record<string, string>>) {
    this.#cluster = cluster;
    this.#headers = headers;
  }

  create(path: string, object: object, query = ''): Promise<Answer> {
    return this.send('POST', `${path}${query}`, object);
  }

  patch(path: string, body: object, query = ''): Promise<Answer> {
    return this.send('PATCH', `${path}${query}`, body);
  }

  jsonPatch(path: string, operations: readonly object[]): Promise<Answer> {
    return this.send('PATCH', path, operations, 'application/json-patch+json');
  }

  apply(path: string, object: object): Promise<Answer> {
    return this.send('PATCH', `${path}?fieldManager=client&force=true`, object, applyPatch);
  }

  send(method: string, path: string, body?: unknown, contentType?: string): Promise<Answer> {
    return this.#cluster.request<Written>(method, path, body, {
      headers: this.#headers,
      ...(contentType === undefined ? {} : { contentType }),
    });
  }
}

async function eventually(isDone: () => Promise<boolean>): Promise<void> {
  const check = async (): Promise<void> => {
    if (!(await isDone())) throw new Error('the policies are not in force');
  };
  await vi.waitFor(check, { timeout: 20_000, interval: 50 });
}
