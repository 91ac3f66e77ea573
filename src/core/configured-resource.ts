/** Kind of object that an installation serves to kubectl in addition to Secrets. */
export interface ConfiguredResource {
  /** `''` for the core group. */
  readonly group: string;
  readonly resource: string;
  /** `''` for the resource itself. */
  readonly subresource: string;
}

/** Commands and streams into pods and nodes, and tokens: credentials and shells, never objects. */
export const neverServedSubresources: readonly string[] = [
  'attach',
  'exec',
  'portforward',
  'proxy',
  'token',
];
/** Reviews of identities other than the caller's. */
export const neverServed: readonly string[] = [
  'localsubjectaccessreviews.authorization.k8s.io',
  'subjectaccessreviews.authorization.k8s.io',
  'tokenreviews.authentication.k8s.io',
];
const alwaysServed: readonly string[] = [
  'secrets',
  'namespaces',
  'selfsubjectaccessreviews.authorization.k8s.io',
  'selfsubjectrulesreviews.authorization.k8s.io',
  'selfsubjectreviews.authentication.k8s.io',
];
const LABEL = '[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?';
const RESOURCE = new RegExp(`^((${LABEL})(?:\\.(${LABEL}(?:\\.${LABEL})*))?)(?:/(${LABEL}))?$`);

/**
 * Parses `resource[.group][/subresource]`, such as `configmaps` or `deployments.apps/scale`,
 * written as in RBAC rules. Returns the problem if the text names nothing that may be served.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
 */
export function parseConfiguredResource(
  text: string,
): ConfiguredResource | { readonly problem: string } {
  const match = RESOURCE.exec(text);
  if (match === null) {
    return { problem: 'expected resource[.group][/subresource], in small letters and without *' };
  }
  const [, whole = '', resource = '', group = '', subresource = ''] = match;
  if (neverServedSubresources.includes(subresource) || neverServed.includes(whole)) {
    return { problem: 'shells, tunnels, tokens and reviews of others are never let through' };
  }
  if (group === 'sallyport.dev' || alwaysServed.includes(whole)) {
    return { problem: 'is there without being named, as far as the gateway serves it' };
  }
  return { group, resource, subresource };
}

/** Parses the texts of the settings; invalid ones were refused when the settings were read. */
export function configuredResources(texts: readonly string[]): readonly ConfiguredResource[] {
  return texts.flatMap((text) => {
    const parsed = parseConfiguredResource(text);
    return 'problem' in parsed ? [] : [parsed];
  });
}

/** Resources that an installation serves in addition to Secrets. */
export class ConfiguredResources {
  readonly all: readonly ConfiguredResource[];

  constructor(all: readonly ConfiguredResource[]) {
    this.all = all;
  }

  /** Returns the resources in `kubectl.resources`; none if kubectl is disabled. */
  static of(kubectl: {
    readonly enabled: boolean;
    readonly resources: readonly string[];
  }): ConfiguredResources {
    return new ConfiguredResources(kubectl.enabled ? configuredResources(kubectl.resources) : []);
  }
}
