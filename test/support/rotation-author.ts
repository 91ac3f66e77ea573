import type { ApiResponse } from '../cluster/api-client.js';
import type { Rule } from './gateway.js';
import { RestCaller } from './rest-caller.js';
import { rotationsIn } from './rotation-manifests.js';
import type { RotationWorld } from './rotation-world.js';
import { virtual } from './tokens-world.js';

/** Rights to write rotations and nothing that these need beyond that. */
export const writesRotations: readonly Rule[] = [
  virtual('secretrotations', 'get', 'list', 'create', 'update', 'patch', 'delete'),
  virtual('secretrotations/status', 'get', 'update', 'patch'),
  virtual('secretrotations/run', 'create'),
];

export const updates = (...resourceNames: string[]): Rule => ({
  ...{ verbs: ['update'], resources: ['secrets'], resourceNames },
});
export const reads = (...resourceNames: string[]): Rule => ({
  ...{ verbs: ['get'], resources: ['secrets'], resourceNames },
});
/** What the author of a rotation with a target needs on the rotated Secrets. */
export const rotates = (...resourceNames: string[]): Rule => ({
  ...{ verbs: ['get', 'update'], resources: ['secrets'], resourceNames },
});

/** Members of a Role binding that tests take away again. */
const rbac = '/apis/rbac.authorization.k8s.io/v1';

/** A ServiceAccount that writes rotations, through the gateway and with kubectl. */
export class RotationAuthor {
  readonly name: string;
  readonly username: string;
  readonly rest: RestCaller;
  readonly #world: RotationWorld;
  readonly #token: string;
  readonly #kubeconfig: string;

  private constructor(
    world: RotationWorld,
    name: string,
    own: { readonly rest: RestCaller; readonly token: string; readonly kubeconfig: string },
  ) {
    this.name = name;
    this.username = `system:serviceaccount:${world.namespace}:${name}`;
    this.rest = own.rest;
    this.#world = world;
    this.#token = own.token;
    this.#kubeconfig = own.kubeconfig;
  }

  static async make(
    world: RotationWorld,
    name: string,
    ...rules: readonly Rule[]
  ): Promise<RotationAuthor> {
    const { installation, namespace } = world;
    const { cluster, gateway } = installation;
    const forGateway = await installation.user(namespace, name, [...writesRotations, ...rules]);
    const token = await cluster.createToken({ namespace, serviceAccount: name });
    const kubeconfig = await cluster.kubeconfigFor({ token, name });
    const rest = new RestCaller(gateway.fastify, forGateway);
    return new RotationAuthor(world, name, { rest, token, kubeconfig });
  }

  /** Gives further rights under a name by which they can be taken away. */
  async grant(name: string, ...rules: readonly Rule[]): Promise<void> {
    const { installation, namespace } = this.#world;
    const apiGroup = 'rbac.authorization.k8s.io';
    const base = `${rbac}/namespaces/${namespace}`;
    const metadata = { name };
    const written = rules.map((rule) => ({ apiGroups: [''], ...rule }));
    const role = { apiVersion: `${apiGroup}/v1`, kind: 'Role', metadata, rules: written };
    await installation.cluster.request('POST', `${base}/roles`, role);
    await installation.cluster.request('POST', `${base}/rolebindings`, {
      apiVersion: `${apiGroup}/v1`,
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup, kind: 'Role', name },
      subjects: [{ kind: 'ServiceAccount', name: this.name, namespace }],
    });
  }

  async takeAway(name: string): Promise<void> {
    const { installation, namespace } = this.#world;
    const path = `${rbac}/namespaces/${namespace}/rolebindings/${name}`;
    const { status } = await installation.cluster.request('DELETE', path);
    if (status !== 200) throw new Error(`not taken away: ${status}`);
  }

  /** Rejects with what kubectl says where it is refused. */
  kubectl(kubectlArguments: readonly string[], manifest?: object): Promise<string> {
    const { installation, namespace } = this.#world;
    const who = ['--kubeconfig', this.#kubeconfig, '--namespace', namespace];
    const input = manifest === undefined ? undefined : JSON.stringify(manifest);
    return installation.cluster.kubectl([...who, ...kubectlArguments], input);
  }

  /** What kubectl would send; a refusal is an answer too. */
  send<Body = { readonly message?: string }>(
    method: string,
    below: string,
    body?: unknown,
    contentType?: string,
  ): Promise<ApiResponse<Body>> {
    const { installation, namespace } = this.#world;
    return installation.cluster.request<Body>(method, `${rotationsIn(namespace)}${below}`, body, {
      token: this.#token,
      ...(contentType === undefined ? {} : { contentType }),
    });
  }
}
