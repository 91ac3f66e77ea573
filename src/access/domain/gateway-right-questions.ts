/** Right of the gateway's own account, as in a SelfSubjectAccessReview. */
export interface GatewayRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** Shipped profile that the rights resemble. */
export type RightsProfile =
  | 'constrained'
  | 'legacy'
  | 'both'
  | 'none'
  | 'passthrough'
  | 'cluster-admin';

export type OwnRightTopic =
  /** Everything in the cluster: no other question is needed. */
  | 'clusterAdmin'
  /** Rights without which no caller can be served. */
  | 'needed'
  /** Access that the gateway would have if an impersonation header was lost. */
  | 'ownSecrets'
  /** Rights with which it could get a credential itself. */
  | 'ownCredentials'
  /** Identities that the constrained profile may impersonate. */
  | 'becomeUsers'
  | 'becomeBroker'
  /** Rights as another user, in a namespace that is served by name, or everywhere. */
  | 'actForCallers'
  /** Identities that the legacy profile may impersonate. */
  | 'legacyBroker'
  | 'legacyUsers'
  | 'legacyServiceAccounts'
  /** Rights beyond Secrets, and beyond users and ServiceAccounts. */
  | 'beyondSecrets'
  /** Rights to impersonate in a namespace outside the by-namespace scope. */
  | 'outOfScope';

export interface OwnRightQuestion {
  readonly topic: OwnRightTopic;
  readonly right: GatewayRight;
}

/** Configuration of the gateway against which its rights are checked. */
export interface RightsSetup {
  readonly access: 'impersonate' | 'passthrough';
  readonly scope: 'served' | 'cluster';
  readonly gatewayNamespace: string;
  readonly broker: string;
  /** Namespaces that are served by name, not by a pattern. */
  readonly namespaces: readonly string[];
  /** Resources that callers access through it besides Secrets, as in `kubectl.resources`. */
  readonly resources: readonly string[];
}

const authentication = 'authentication.k8s.io';
const SYSTEM_NAMESPACE = 'kube-system';

/** Returns all questions of the start-up probe, in the order in which it reports problems. */
export function ownRightQuestions(setup: RightsSetup): readonly OwnRightQuestion[] {
  const everything = ask('clusterAdmin', '*', '*', '*');
  // Passthrough sends the caller's own token, so no namespace is in scope.
  const isOutOfScope = setup.scope === 'served' || setup.access === 'passthrough';
  return [
    everything,
    ...neededRights(),
    ...ownSecretRights(setup),
    ...ownCredentials(setup),
    ...constrainedRights(setup),
    ...legacyRights(setup),
    ...beyondSecrets(setup),
    ...(isOutOfScope ? outOfScope(setup) : []),
  ];
}

function neededRights(): OwnRightQuestion[] {
  return [
    ask('needed', 'create', authentication, 'tokenreviews'),
    ask('needed', 'create', 'authorization.k8s.io', 'subjectaccessreviews'),
    ask('needed', 'list', '', 'namespaces'),
    // Without them, no write of a Secret is carried out.
    ask('needed', 'list', 'sallyport.dev', 'secretschemas'),
    ask('needed', 'list', 'sallyport.dev', 'localsecretschemas'),
  ];
}

/** Asks for rights in namespaces, which also reveals rights in the whole cluster. */
function ownSecretRights({ gatewayNamespace, namespaces }: RightsSetup): OwnRightQuestion[] {
  const everywhere = [SYSTEM_NAMESPACE, gatewayNamespace, ...namespaces];
  return everywhere.flatMap((namespace) =>
    ['get', 'list', 'patch'].map((verb) => ask('ownSecrets', verb, '', 'secrets', { namespace })),
  );
}

/** Returns questions for authorizers other than RBAC; RBAC's grants are read from its objects. */
function ownCredentials({ gatewayNamespace }: RightsSetup): OwnRightQuestion[] {
  const accounts = { subresource: 'token' };
  const roles = 'rbac.authorization.k8s.io';
  const places = [SYSTEM_NAMESPACE, gatewayNamespace].map((namespace) => ({ namespace }));
  return [
    ...places.flatMap((place) => [
      ask('ownCredentials', 'create', '', 'serviceaccounts', { ...place, ...accounts }),
      ask('ownCredentials', 'create', '', 'pods', place),
    ]),
    ask('ownCredentials', 'bind', roles, 'clusterroles'),
    ask('ownCredentials', 'escalate', roles, 'clusterroles'),
  ];
}

function constrainedRights(setup: RightsSetup): OwnRightQuestion[] {
  const broker = { namespace: setup.gatewayNamespace, name: setup.broker };
  const places = setup.scope === 'cluster' ? [undefined] : setup.namespaces;
  return [
    ask('becomeUsers', 'impersonate:user-info', authentication, 'users'),
    ask('becomeBroker', 'impersonate:serviceaccount', authentication, 'serviceaccounts', broker),
    ...places.map((namespace) => actForCallers(namespace)),
  ];
}

/** Asks for the constrained profile in this namespace; without one, in all of them. */
export function actForCallers(namespace?: string): OwnRightQuestion {
  const place = namespace === undefined ? {} : { namespace };
  return ask('actForCallers', 'impersonate-on:user-info:get', '', 'secrets', place);
}

function legacyRights(setup: RightsSetup): OwnRightQuestion[] {
  const { gatewayNamespace, broker, namespaces } = setup;
  const account = { namespace: gatewayNamespace, name: broker };
  return [
    ask('legacyBroker', 'impersonate', '', 'serviceaccounts', account),
    ask('legacyUsers', 'impersonate', '', 'users'),
    ask('legacyUsers', 'impersonate', '', 'groups', { name: 'system:masters' }),
    ask('legacyUsers', 'impersonate', authentication, 'uids'),
    ask('legacyUsers', 'impersonate', authentication, 'userextras', { subresource: 'scopes' }),
    ...namespaces.map((namespace) =>
      ask('legacyServiceAccounts', 'impersonate', '', 'serviceaccounts', { namespace }),
    ),
  ];
}

/** https://kubernetes.io/docs/reference/access-authn-authz/user-impersonation/ */
function beyondSecrets({ namespaces, resources, scope }: RightsSetup): OwnRightQuestion[] {
  const verb = 'impersonate-on:user-info:get';
  const others = ['pods', 'configmaps'];
  const unnamed = others.filter((resource) => !resources.includes(resource));
  const beyond = (namespace: string, asked: readonly string[]) =>
    asked.map((resource) => ask('beyondSecrets', verb, '', resource, { namespace }));
  return [
    ask('beyondSecrets', 'impersonate:arbitrary-node', authentication, 'nodes'),
    ask('beyondSecrets', 'impersonate:associated-node', authentication, 'nodes', { name: '*' }),
    ask('beyondSecrets', verb, '*', '*'),
    ask('beyondSecrets', 'impersonate-on:serviceaccount:get', '*', '*'),
    // Never served: a named right covers it only as part of the whole cluster.
    ...beyond(SYSTEM_NAMESPACE, scope === 'cluster' ? unnamed : others),
    ...namespaces.flatMap((namespace) => beyond(namespace, unnamed)),
  ];
}

function outOfScope({ gatewayNamespace }: RightsSetup): OwnRightQuestion[] {
  const system = { namespace: SYSTEM_NAMESPACE };
  const read = 'impersonate-on:user-info:get';
  return [
    ask('outOfScope', read, '', 'secrets', system),
    ask('outOfScope', read, '', 'secrets', { namespace: gatewayNamespace }),
    ask('outOfScope', 'impersonate:serviceaccount', authentication, 'serviceaccounts', system),
    ask('outOfScope', 'impersonate', '', 'serviceaccounts', system),
  ];
}

function ask(
  topic: OwnRightTopic,
  verb: string,
  group: string,
  resource: string,
  place: Pick<GatewayRight, 'namespace' | 'name' | 'subresource'> = {},
): OwnRightQuestion {
  return { topic, right: { verb, group, resource, ...place } };
}
