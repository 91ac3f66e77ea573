import type { StoredSecret } from '../../secrets/domain/secret.js';

type Signs = Pick<StoredSecret, 'labels' | 'annotations' | 'ownerReferences'> & {
  readonly fieldManagers?: readonly string[];
};

/** Labels and annotations by which other controllers mark their objects. */
const marks: readonly (readonly [owner: string, name: RegExp])[] = [
  ['Argo CD', /^argocd\.argoproj\.io\/(instance|tracking-id)$/],
  ['Flux', /^(kustomize|helm)\.toolkit\.fluxcd\.io\/name$/],
  ['External Secrets', /^(reconcile|externalsecrets)\.external-secrets\.io\//],
  ['Sealed Secrets', /^sealedsecrets\.bitnami\.com\/managed$/],
  ['Helm', /^meta\.helm\.sh\/release-name$/],
  ['a SecretImport', /^import\.sallyport\.dev\//],
];

const managers: readonly (readonly [owner: string, name: RegExp])[] = [
  ['Argo CD', /^argocd-(controller|application-controller)$/],
  ['Flux', /^(kustomize|helm)-controller$/],
  ['External Secrets', /^(external-secrets|externalsecrets\.external-secrets\.io\/.*)$/],
  ['Sealed Secrets', /^sealed-secrets-controller$/],
  ['Helm', /^helm$/i],
  ['a SecretImport', /^sallyport-import-/],
];

/** Returns the other writer of a Secret who would restore the old value; undefined: none known. */
export function managedElsewhere(secret: Signs): string | undefined {
  const owner = secret.ownerReferences.find(({ controller }) => controller === true);
  if (owner !== undefined) return `${owner.kind} ${owner.name}`;
  const names = [...Object.keys(secret.labels), ...Object.keys(secret.annotations)];
  const byMark = marks.find(([, pattern]) => names.some((name) => pattern.test(name)));
  if (byMark !== undefined) return byMark[0];
  if (secret.labels['app.kubernetes.io/managed-by'] === 'Helm') return 'Helm';
  const { fieldManagers = [] } = secret;
  return managers.find(([, pattern]) => fieldManagers.some((name) => pattern.test(name)))?.[0];
}
