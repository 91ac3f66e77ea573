import type { RunningSandbox } from '../../../../packages/kube-sandbox/src/running-sandbox.js';

export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly contentType: string | undefined;
}

const kinds: Readonly<Record<string, readonly (readonly [string, string, boolean])[]>> = {
  '/api/v1': [
    ['namespaces', 'Namespace', false],
    ['namespaces/status', 'Namespace', false],
    ['serviceaccounts', 'ServiceAccount', true],
    ['configmaps', 'ConfigMap', true],
  ],
  '/apis/rbac.authorization.k8s.io/v1': [
    ['clusterroles', 'ClusterRole', false],
    ['clusterrolebindings', 'ClusterRoleBinding', false],
    ['roles', 'Role', true],
    ['rolebindings', 'RoleBinding', true],
  ],
  '/apis/admissionregistration.k8s.io/v1': [
    ['validatingadmissionpolicies', 'ValidatingAdmissionPolicy', false],
    ['validatingadmissionpolicybindings', 'ValidatingAdmissionPolicyBinding', false],
    ['mutatingadmissionpolicies', 'MutatingAdmissionPolicy', false],
    ['mutatingadmissionpolicybindings', 'MutatingAdmissionPolicyBinding', false],
  ],
  '/apis/apiextensions.k8s.io/v1': [
    ['customresourcedefinitions', 'CustomResourceDefinition', false],
  ],
};
const secondsOfTokens = /expirationSeconds":(\d+)/;

/** Remembers which paths were applied, and issues tokens that say how many there were before. */
export class FakeSandbox implements RunningSandbox {
  readonly url = 'https://127.0.0.1:8444';
  readonly caCertificate = 'the authority';
  readonly adminCertificate = 'a certificate';
  readonly adminKey = 'a key';
  readonly ended = new Promise<Error>(() => undefined);
  readonly sent: SentRequest[] = [];
  readonly objects = new Set<string>();
  /** Paths that are answered with this status, and what is done no more. */
  readonly refusals = new Map<string, number>();
  isStopped = false;
  #tokens = 0;

  async request(
    method: string,
    path: string,
    body?: unknown,
    options?: { readonly contentType?: string },
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    await Promise.resolve();
    this.sent.push({ method, path, body, contentType: options?.contentType });
    const [place = ''] = path.split('?');
    const refused = this.refusals.get(place);
    if (refused !== undefined) return { status: refused, body: { message: 'not so' } };
    if (method === 'PATCH') return this.#apply(place, body);
    if (place.endsWith('/token')) return this.#issue(body);
    return this.#get(place);
  }

  async stop(): Promise<void> {
    await Promise.resolve();
    this.isStopped = true;
  }

  /** Paths of what was applied, in order. */
  get applied(): readonly string[] {
    return this.sent
      .filter(({ method }) => method === 'PATCH')
      .map(({ path }) => path.split('?')[0] ?? '');
  }

  #apply(place: string, body: unknown) {
    this.objects.add(place);
    return { status: 200, body };
  }

  #issue(body: unknown) {
    this.#tokens += 1;
    const seconds = Number(secondsOfTokens.exec(JSON.stringify(body))?.[1]);
    const expirationTimestamp = new Date(Date.now() + seconds * 1000).toISOString();
    const status = { token: `token-${this.#tokens}`, expirationTimestamp };
    return { status: 201, body: { status } };
  }

  #get(place: string) {
    const served = kinds[place];
    if (served) {
      const resources = served.map(([name, kind, namespaced]) => ({ name, kind, namespaced }));
      return { status: 200, body: { resources } };
    }
    return { status: this.objects.has(place) ? 200 : 404, body: {} };
  }
}
