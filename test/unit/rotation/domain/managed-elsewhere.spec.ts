import { describe, expect, it } from 'vitest';
import { managedElsewhere } from '../../../../src/rotation/domain/managed-elsewhere.js';
import type { OwnerReference } from '../../../../src/secrets/domain/secret.js';

type Signs = Parameters<typeof managedElsewhere>[0];

const plain: Signs = { labels: {}, annotations: {}, ownerReferences: [] };
const label = (name: string, value = 'x'): Signs => ({ ...plain, labels: { [name]: value } });
const annotation = (name: string): Signs => ({ ...plain, annotations: { [name]: 'x' } });
const writtenBy = (...fieldManagers: string[]): Signs => ({ ...plain, fieldManagers });

function owned(change: Partial<OwnerReference>): Signs {
  const owner = { apiVersion: 'v1', kind: 'ExternalSecret', name: 'app', uid: 'u', ...change };
  return { ...plain, ownerReferences: [owner] };
}

describe('a Secret is managed', () => {
  it.each<[string, Signs]>([
    ['ExternalSecret app', owned({ controller: true })],
    ['Argo CD', annotation('argocd.argoproj.io/tracking-id')],
    ['Argo CD', label('argocd.argoproj.io/instance')],
    ['Argo CD', writtenBy('argocd-controller')],
    ['Argo CD', writtenBy('argocd-application-controller')],
    ['Flux', label('kustomize.toolkit.fluxcd.io/name')],
    ['Flux', label('helm.toolkit.fluxcd.io/name')],
    ['Flux', writtenBy('kustomize-controller')],
    ['External Secrets', label('reconcile.external-secrets.io/created-by')],
    ['External Secrets', annotation('reconcile.external-secrets.io/data-hash')],
    ['External Secrets', writtenBy('externalsecrets.external-secrets.io/app')],
    ['External Secrets', writtenBy('external-secrets')],
    ['Sealed Secrets', annotation('sealedsecrets.bitnami.com/managed')],
    ['Sealed Secrets', writtenBy('sealed-secrets-controller')],
    ['Helm', annotation('meta.helm.sh/release-name')],
    ['Helm', label('app.kubernetes.io/managed-by', 'Helm')],
    ['Helm', writtenBy('kubectl-edit', 'helm')],
    ['Helm', writtenBy('Helm')],
  ])('by %s with %j', (owner, secret) => {
    expect(managedElsewhere(secret)).toBe(owner);
  });

  it.each<[string, Signs]>([
    ['nothing', plain],
    ['an owner that does not control it', owned({})],
    ['an owner that says so', owned({ controller: false })],
    ['a label of the application', label('app.kubernetes.io/instance')],
    ['another tool of the label', label('app.kubernetes.io/managed-by', 'kustomize')],
    ['a name that begins so', label('argocd.argoproj.io/instance-of-mine')],
    ['a name that ends so', annotation('x.meta.helm.sh/release-name')],
    ['people and the gateway', writtenBy('kubectl-client-side-apply', 'sallyport', 'my-helm')],
  ])('by nobody with %s', (_what, secret) => {
    expect(managedElsewhere(secret)).toBeUndefined();
  });
});
