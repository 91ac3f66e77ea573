/** Rights with which an account gets a credential, or gives others one. */
interface CredentialRight {
  readonly group: string;
  readonly resources: readonly string[];
  /** `*`: with any verb. */
  readonly verbs: readonly string[];
}

const writes: readonly string[] = ['create', 'update', 'patch'];

const credentialRights: readonly CredentialRight[] = [
  { group: '', resources: ['secrets'], verbs: ['*'] },
  { group: '', resources: ['serviceaccounts/token'], verbs: ['create'] },
  { group: '', resources: ['pods', 'replicationcontrollers'], verbs: writes },
  {
    group: '',
    resources: ['exec', 'attach', 'portforward', 'ephemeralcontainers'].map((it) => `pods/${it}`),
    verbs: ['*'],
  },
  { group: '', resources: ['nodes/proxy', 'pods/proxy', 'services/proxy'], verbs: ['*'] },
  {
    group: 'apps',
    resources: ['deployments', 'statefulsets', 'daemonsets', 'replicasets'],
    verbs: writes,
  },
  { group: 'batch', resources: ['jobs', 'cronjobs'], verbs: writes },
  {
    group: 'rbac.authorization.k8s.io',
    resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
    verbs: [...writes, 'bind', 'escalate'],
  },
  {
    group: 'certificates.k8s.io',
    resources: ['certificatesigningrequests/approval', 'signers'],
    verbs: ['update', 'patch', 'approve', 'sign'],
  },
  {
    group: 'admissionregistration.k8s.io',
    resources: [
      'validatingadmissionpolicies',
      'validatingadmissionpolicybindings',
      'mutatingadmissionpolicies',
      'mutatingadmissionpolicybindings',
      'validatingwebhookconfigurations',
      'mutatingwebhookconfigurations',
    ],
    verbs: [...writes, 'delete', 'deletecollection'],
  },
  { group: 'apiregistration.k8s.io', resources: ['apiservices'], verbs: writes },
];

/**
 * Reports whether a rule's verb, group and resource let the account itself read Secrets, get a
 * token, run code, or change other controls. No profile contains such a rule.
 */
export function isCredentialRight(verb: string, group: string, resource: string): boolean {
  return credentialRights.some(
    (right) =>
      (group === '*' || group === right.group) &&
      right.resources.some((one) => covers(resource, one)) &&
      (verb === '*' || right.verbs.includes('*') || right.verbs.includes(verb)),
  );
}

/** Matches like RBAC: a star is everything, a star before a subresource every resource with it. */
function covers(granted: string, wanted: string): boolean {
  if (granted === '*' || granted === wanted) return true;
  return granted.startsWith('*/') && wanted.endsWith(granted.slice(1));
}
