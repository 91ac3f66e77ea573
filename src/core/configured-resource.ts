/** A kind of object that an installation lets kubectl reach beside Secrets. */
export interface ConfiguredResource {
  /** `''` for the core group. */
  readonly group: string;
  readonly resource: string;
  /** `''` where it is the resource itself. */
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
/** They tell about other identities than the caller's. */
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
 * Reads `resource[.group][/subresource]`, such as `configmaps` or `deployments.apps/scale`, written
 * as in rules of RBAC. Says what is wrong with a text that names nothing which can be let through.
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

/** The settings' texts as they were parsed; what names nothing was refused with the settings. */
export function configuredResources(texts: readonly string[]): readonly ConfiguredResource[] {
  return texts.flatMap((text) => {
    const parsed = parseConfiguredResource(text);
    return 'problem' in parsed ? [] : [parsed];
  });
}

/** What an installation lets through besides Secrets. */
export class ConfiguredResources {
  readonly all: readonly ConfiguredResource[];

  constructor(all: readonly ConfiguredResource[]) {
    this.all = all;
  }

  /** What `kubectl.resources` names, if kubectl is let in at all. */
  static of(kubectl: {
    readonly enabled: boolean;
    readonly resources: readonly string[];
  }): ConfiguredResources {
    return new ConfiguredResources(kubectl.enabled ? configuredResources(kubectl.resources) : []);
  }
}
