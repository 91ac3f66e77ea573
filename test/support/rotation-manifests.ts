import { readManifests, type Manifest } from '../../src/app/sandbox/read-manifests.js';

type Members = Readonly<Record<string, unknown>>;

const plurals: Readonly<Record<string, string>> = {
  CustomResourceDefinition: 'customresourcedefinitions',
  MutatingAdmissionPolicy: 'mutatingadmissionpolicies',
  MutatingAdmissionPolicyBinding: 'mutatingadmissionpolicybindings',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

/** What `deploy` ships for rotations, without the roles: the definition first. */
export const rotationManifests: readonly Manifest[] = [
  'deploy/crds',
  'deploy/rbac/policies/author',
  'deploy/rbac/policies/rights',
].flatMap(readManifests);

export function manifestPath({ apiVersion, kind, metadata }: Manifest): string {
  return `/apis/${apiVersion}/${plurals[kind] ?? kind}/${metadata.name}`;
}

export const rotationsIn = (namespace: string): string =>
  `/apis/sallyport.dev/v1alpha1/namespaces/${namespace}/secretrotations`;

/** A SecretRotation that generates a password for nobody; `spec` replaces parts of its own. */
export function secretRotation(name: string, spec: Members = {}, metadata: Members = {}): Members {
  return {
    apiVersion: 'sallyport.dev/v1alpha1',
    kind: 'SecretRotation',
    metadata: { name, ...metadata },
    spec: {
      secretName: name,
      generate: [{ key: 'password', password: {} }],
      target: { none: {} },
      ...spec,
    },
  };
}

/** A target that needs `get` on an admin Secret, and with `ca` on that of a CA. */
export function postgresql(adminSecret: string, members: Members = {}): Members {
  const server = { host: 'db.example.com', database: 'app', username: 'app' };
  return { postgresql: { ...server, adminSecret: { name: adminSecret }, ...members } };
}
