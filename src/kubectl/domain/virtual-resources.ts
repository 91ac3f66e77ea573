/** Part of a resource, with the verbs of its rights. */
export interface VirtualSubresource {
  readonly subresource: string;
  readonly verbs: readonly string[];
}

/** Resource of a right that only the gateway knows; namespaced, and never stored. */
export interface VirtualResource {
  readonly resource: string;
  readonly singular: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly subresources: readonly VirtualSubresource[];
}

export const virtualGroup = 'sallyport.dev';
export const virtualVersion = 'v1alpha1';

/**
 * Virtual resources. Their verbs are those that the gateway checks at the cluster before it acts.
 * Discovery lists them, so that users see which rights exist; requests for such objects are refused
 * in any case.
 */
export const virtualResources: readonly VirtualResource[] = [
  virtual('secretkeys', 'SecretKey', ['get', 'update', 'delete']),
  virtual('secretmetadata', 'SecretMetadata', ['get', 'list', 'watch']),
  virtual('secretversions', 'SecretVersion', ['get', 'list', 'update', 'delete'], {
    created: ['restore', 'restore-retired', 'destroy'],
  }),
  virtual('auditevents', 'AuditEvent', ['list'], { created: ['ingest'] }),
  virtual('auditlogs', 'AuditLog', ['get']),
  virtual('accesstokens', 'AccessToken', ['create', 'list', 'delete']),
];

/** Resource that the cluster itself serves, if its definition is installed; with virtual parts. */
export type CustomResource = Pick<VirtualResource, 'resource' | 'kind' | 'subresources'>;

/** Custom resources of `deploy/crds`. */
export const customResources: readonly CustomResource[] = [
  { resource: 'secretrotations', kind: 'SecretRotation', subresources: createdParts(['run']) },
  { resource: 'secretshares', kind: 'SecretShare', subresources: createdParts(['revoke']) },
  { resource: 'secretimports', kind: 'SecretImport', subresources: [] },
  { resource: 'secretenvironments', kind: 'SecretEnvironment', subresources: [] },
  {
    resource: 'secretsyncs',
    kind: 'SecretSync',
    subresources: createdParts(['run', 'resolve']),
  },
  { resource: 'externalstores', kind: 'ExternalStore', subresources: [] },
  { resource: 'secretschemas', kind: 'SecretSchema', subresources: [] },
  { resource: 'localsecretschemas', kind: 'LocalSecretSchema', subresources: [] },
];

function virtual(
  resource: string,
  kind: string,
  verbs: readonly string[],
  parts: { readonly created: readonly string[] } = { created: [] },
): VirtualResource {
  const subresources = createdParts(parts.created);
  return { resource, singular: kind.toLowerCase(), kind, verbs, subresources };
}

function createdParts(names: readonly string[]): readonly VirtualSubresource[] {
  return names.map((subresource) => ({ subresource, verbs: ['create'] }));
}
