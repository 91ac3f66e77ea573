import { vi } from 'vitest';
import type { ApiResponse } from '../../cluster/api-client.js';
import type { TestCluster } from '../../cluster/test-cluster.js';
import {
  manifestPath,
  rotationManifests,
  rotationsIn,
  secretRotation,
} from '../../support/rotation-manifests.js';

export const namespace = 'pay';
export const rotations = rotationsIn(namespace);
export const applyPatch = 'application/apply-patch+yaml';

const rbac = `/apis/rbac.authorization.k8s.io/v1/namespaces/${namespace}`;

export interface Rotation {
  readonly metadata: {
    readonly name: string;
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly labels?: Readonly<Record<string, string>>;
    readonly finalizers?: readonly string[];
  };
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

type Answer = ApiResponse<Rotation>;

/** A Kubernetes API on which what `deploy` ships for rotations is in force. */
export class RotationCluster {
  readonly cluster: TestCluster;

  private constructor(cluster: TestCluster) {
    this.cluster = cluster;
  }

  static async start(start: () => Promise<TestCluster>): Promise<RotationCluster> {
    const world = new RotationCluster(await start());
    const metadata = { name: namespace };
    await world.#must('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata,
    });
    for (const manifest of rotationManifests) {
      const path = `${manifestPath(manifest)}?fieldManager=test&force=true`;
      await world.#must('PATCH', path, manifest, applyPatch);
    }
    await world.#inForce();
    return world;
  }

  /** Lets a user do this in the namespace; API servers lag a little behind. */
  async allow(user: string, ...rules: readonly Rule[]): Promise<void> {
    const apiGroup = 'rbac.authorization.k8s.io';
    const apiVersion = `${apiGroup}/v1`;
    const name = `${user}-${Math.random().toString(36).slice(2)}`;
    const written = rules.map(([verbs, apiGroup, resources, ...resourceNames]) => {
      const named = resourceNames.length === 0 ? {} : { resourceNames };
      return {
        verbs: verbs.split(','),
        apiGroups: [apiGroup],
        resources: resources.split(','),
        ...named,
      };
    });
    await this.#must('POST', `${rbac}/roles`, {
      apiVersion,
      kind: 'Role',
      metadata: { name },
      rules: written,
    });
    await this.#must('POST', `${rbac}/rolebindings`, {
      apiVersion,
      kind: 'RoleBinding',
      metadata: { name },
      roleRef: { apiGroup, kind: 'Role', name },
      subjects: [{ apiGroup, kind: 'User', name: user }],
    });
    for (const [verbs, group, resources, resourceName = ''] of rules) {
      const [verb = ''] = verbs.split(',');
      const [resource = '', subresource = ''] = (resources.split(',')[0] ?? '').split('/');
      await this.#allowed(user, {
        verb,
        group,
        resource,
        subresource,
        name: resourceName,
        namespace,
      });
    }
  }

  as(user: string, group?: string): RotationClient {
    const headers = {
      'impersonate-user': user,
      ...(group === undefined ? {} : { 'impersonate-group': group }),
    };
    return new RotationClient((method, path, body, contentType) =>
      this.cluster.request<Rotation>(method, path, body, {
        headers,
        ...(contentType === undefined ? {} : { contentType }),
      }),
    );
  }

  /** What the annotations of the rotation say now. */
  async authorOf(name: string): Promise<Readonly<Record<string, string | undefined>>> {
    const { body } = await this.cluster.request<Rotation>('GET', `${rotations}/${name}`);
    return stampOf(body);
  }

  async #inForce(): Promise<void> {
    await this.allow('probe', ['create', 'sallyport.dev', 'secretrotations']);
    const probe = this.as('probe');
    await eventually(async () => {
      const { status, body } = await probe.create(secretRotation('probe'), '?dryRun=All');
      return status === 403 && body.message?.includes('ValidatingAdmissionPolicy') === true;
    });
    await eventually(async () => {
      const path = `${rotations}?dryRun=All`;
      const { body } = await this.cluster.request<Rotation>('POST', path, secretRotation('probe'));
      return stampOf(body).author !== undefined;
    });
  }

  async #allowed(user: string, resourceAttributes: object): Promise<void> {
    const apiVersion = 'authorization.k8s.io/v1';
    const review = { apiVersion, kind: 'SubjectAccessReview', spec: { user, resourceAttributes } };
    await eventually(async () => {
      const path = `/apis/${apiVersion}/subjectaccessreviews`;
      const { status } = await this.#must<{ status: { allowed: boolean } }>('POST', path, review);
      return status.allowed;
    });
  }

  async #must<Body>(method: string, path: string, body: unknown, contentType?: string) {
    const options = contentType === undefined ? {} : { contentType };
    const answer = await this.cluster.request<Body>(method, path, body, options);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
}

/** Verbs, group, resources (each with commas), names. */
export type Rule = readonly [string, string, string, ...string[]];

type Send = (method: string, path: string, body?: unknown, type?: string) => Promise<Answer>;

/** Writes rotations as somebody; a refusal is an answer too. */
export class RotationClient {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  create(rotation: object, query = ''): Promise<Answer> {
    return this.#send('POST', `${rotations}${query}`, rotation);
  }

  patch(name: string, body: object, query = ''): Promise<Answer> {
    return this.#send('PATCH', `${rotations}/${name}${query}`, body);
  }

  jsonPatch(name: string, operations: readonly object[]): Promise<Answer> {
    const type = 'application/json-patch+json';
    return this.#send('PATCH', `${rotations}/${name}`, operations, type);
  }

  put(name: string, rotation: object): Promise<Answer> {
    return this.#send('PUT', `${rotations}/${name}`, rotation);
  }

  apply(name: string, rotation: object): Promise<Answer> {
    const path = `${rotations}/${name}?fieldManager=client&force=true`;
    return this.#send('PATCH', path, rotation, applyPatch);
  }

  patchStatus(name: string, body: object): Promise<Answer> {
    return this.#send('PATCH', `${rotations}/${name}/status`, body);
  }
}

export function stampOf({ metadata }: Rotation): Readonly<Record<string, string | undefined>> {
  const { annotations = {} } = metadata;
  return {
    author: annotations['sallyport.dev/author'],
    groups: annotations['sallyport.dev/author-groups'],
    uid: annotations['sallyport.dev/author-uid'],
  };
}

async function eventually(isDone: () => Promise<boolean>): Promise<void> {
  const look = async (): Promise<void> => {
    if (!(await isDone())) throw new Error('waited in vain');
  };
  await vi.waitFor(look, { timeout: 20_000, interval: 50 });
}
