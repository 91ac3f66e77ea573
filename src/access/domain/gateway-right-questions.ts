/** A right of the gateway's own account, as a SelfSubjectAccessReview asks about it. */
export interface GatewayRight {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
}

/** Which of the shipped profiles the rights look like. */
export type RightsProfile =
  'constrained' | 'legacy' | 'both' | 'none' | 'passthrough' | 'cluster-admin';

export type OwnRightTopic =
  /** Everything in the cluster: nothing else has to be asked. */
  | 'clusterAdmin'
  /** Without these nobody can be served. */
  | 'needed'
  /** What the gateway would read or do where an impersonation header was lost. */
  | 'ownSecrets'
  /** With what it would get a credential by itself. */
  | 'ownCredentials'
  /** Whom the constrained profile lets it become. */
  | 'becomeUsers'
  | 'becomeBroker'
  /** What it may do as somebody, in a namespace that is served by name, or everywhere. */
  | 'actForCallers'
  /** Whom the legacy profile lets it become. */
  | 'legacyBroker'
  | 'legacyUsers'
  | 'legacyServiceAccounts'
  /** More than Secrets, and more than users and ServiceAccounts. */
  | 'beyondSecrets'
  /** The same as above in a namespace that the by-namespace scope does not reach. */
  | 'outOfScope';

export interface OwnRightQuestion {
  readonly topic: OwnRightTopic;
  readonly right: GatewayRight;
}

/** What the gateway is told to be; its rights are judged by it. */
export interface RightsSetup {
  readonly access: 'impersonate' | 'passthrough';
  readonly scope: 'served' | 'cluster';
  readonly gatewayNamespace: string;
  readonly broker: string;
  /** Those that are served by their name, not by a pattern. */
  readonly namespaces: readonly string[];
  /** What callers reach through it beside Secrets, as `kubectl.resources` names it. */
  readonly resources: readonly string[];
}

const authentication = 'authentication.k8s.io';
const SYSTEM_NAMESPACE = 'kube-system';

/** Everything the start-up probe asks about, in the order in which problems are told. */
export function ownRightQuestions(setup: RightsSetup): readonly OwnRightQuestion[] {
  const everything = ask('clusterAdmin', '*', '*', '*');
  // The caller's own token is what passthrough sends, so that no namespace is in scope.
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
  ];
}

/** A right in the whole cluster holds in each namespace, so that these show it as well. */
function ownSecretRights({ gatewayNamespace, namespaces }: RightsSetup): OwnRightQuestion[] {
  const everywhere = [SYSTEM_NAMESPACE, gatewayNamespace, ...namespaces];
  return everywhere.flatMap((namespace) =>
    ['get', 'list', 'patch'].map((verb) => ask('ownSecrets', verb, '', 'secrets', { namespace })),
  );
}

/** Of authorizers beside RBAC; what RBAC grants is read from its objects. */
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

/** Whether the constrained profile reaches this namespace; without one, all of them. */
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
    // Never served: what is named reaches it only as part of the whole cluster.
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
