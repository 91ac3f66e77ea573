export const secrets = '/api/v1/namespaces/{ns}/secrets';
export const configmaps = '/api/v1/namespaces/{ns}/configmaps';
export const deployments = '/apis/apps/v1/namespaces/{ns}/deployments';

type Members = Readonly<Record<string, unknown>>;

/** A Secret in the scenario's namespace; members replace those of the skeleton. */
export function secret(name: string, members: Members = {}, metadata: Members = {}): Members {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, ...metadata }, ...members };
}

export function configMap(name: string, data: Members = {}, metadata: Members = {}): Members {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

/** A Deployment of one container, labelled `app: NAME`. */
export function deployment(name: string, spec: Members = {}): Members {
  const labels = { app: name };
  const template = {
    metadata: { labels },
    spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }] },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels },
    spec: { selector: { matchLabels: labels }, template, ...spec },
  };
}

/** A Pod of one container. */
export function pod(name: string, spec: Members = {}): Members {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'registry.example/app:1' }], ...spec },
  };
}

/** An Event about the Secret `one`. */
export function event(name: string, members: Members = {}): Members {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name },
    involvedObject: { kind: 'Secret', name: 'one', namespace: '{ns}' },
    ...members,
  };
}

export function role(name: string, rules: readonly unknown[]): Members {
  return { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name }, rules };
}

/** A RoleBinding, or ClusterRoleBinding where `kind` says so, of one user. */
export function binding(
  name: string,
  roleRef: { readonly kind: string; readonly name: string },
  user: string,
  kind: 'RoleBinding' | 'ClusterRoleBinding' = 'RoleBinding',
): Members {
  const apiGroup = 'rbac.authorization.k8s.io';
  return {
    apiVersion: `${apiGroup}/v1`,
    kind,
    metadata: { name },
    roleRef: { apiGroup, ...roleRef },
    subjects: [{ apiGroup, kind: 'User', name: user }],
  };
}

export const encoded = (text: string): string => Buffer.from(text).toString('base64');
