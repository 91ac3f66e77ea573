import { configuredResources } from '../../core/configured-resource.js';
import type { RightsSetup } from './gateway-right-questions.js';
import { neverServed } from './served-namespaces.js';

/** Verb on a resource that RBAC grants to the gateway, as in its rule. */
export interface GrantedRight {
  readonly verb: string;
  readonly group: string;
  /** Resource with its subresource, as `secretrotations/status`. */
  readonly resource: string;
  readonly resourceNames: readonly string[];
  /** Namespace in which it applies; `''` for the whole cluster. */
  readonly namespace: string;
}

type Limits = Pick<RightsSetup, 'scope' | 'gatewayNamespace' | 'broker' | 'resources'>;
type Mode = 'user-info' | 'serviceaccount';

const authentication = 'authentication.k8s.io';
const actingVerb = /^impersonate-on:(user-info|serviceaccount):([a-z]+)$/;
const reads: readonly string[] = ['get', 'list', 'watch'];
const acts: readonly string[] = [
  ...reads,
  'create',
  'update',
  'patch',
  'delete',
  'deletecollection',
];
/** Custom resources of `deploy/crds`. */
const ownResources: readonly string[] = [
  'localsecretschemas',
  'secretenvironments',
  'secretimports',
  'secretrotations',
  'secretshares',
  'secretsyncs',
].map((resource) => `sallyport.dev/${resource}`);
/** Custom resources that are in no namespace. */
const ofCluster: readonly string[] = [
  'sallyport.dev/externalstores',
  'sallyport.dev/secretschemas',
];
const workloads: readonly string[] = ['deployments', 'statefulsets', 'daemonsets'].map(
  (resource) => `apps/${resource}`,
);
/** Resources that the broker reads to find consumers. */
const consumers: readonly string[] = [
  '/pods',
  'apps/replicasets',
  'batch/jobs',
  'batch/cronjobs',
  ...workloads,
];

/** Reports whether a verb allows acting as another user. `*` does, on what it is granted for. */
export function isImpersonation(verb: string): boolean {
  return verb === '*' || verb === 'impersonate' || /^impersonate(?:-on)?:/.test(verb);
}

/** Reports whether `deploy/rbac/constrained` grants this right to impersonate, in any namespace. */
export function isOfConstrained(limits: Limits, right: GrantedRight): boolean {
  const { verb, group, resource, namespace } = right;
  if (verb === 'impersonate:user-info') return group === authentication;
  const isAccount =
    verb === 'impersonate:serviceaccount' &&
    group === authentication &&
    resource === 'serviceaccounts';
  if (namespace === limits.gatewayNamespace) return isAccount && isOfBroker(limits, right);
  if (neverServed.includes(namespace)) return false;
  const isTooWide = namespace === '' && limits.scope === 'served';
  if (isAccount) return !isTooWide;
  return isConstrainedActing(limits, right, isTooWide);
}

function isConstrainedActing(limits: Limits, right: GrantedRight, isTooWide: boolean): boolean {
  const { verb, group, resource } = right;
  const [, mode, act] = actingVerb.exec(verb) ?? [];
  if (mode === undefined || act === undefined || !acts.includes(act)) return false;
  if (isOfFurther(limits.resources, right) || isOfCluster(act, right)) return true;
  if (isSyncToken(mode as Mode, act, right)) return true;
  return !isTooWide && isActing(mode as Mode, act, `${group}/${resource}`);
}

/** Reports a right on custom resources that are in no namespace. */
function isOfCluster(act: string, { group, resource }: GrantedRight): boolean {
  const what = `${group}/${resource}`;
  return ofCluster.some((one) => what === one || (what === `${one}/status` && act === 'get'));
}

/** Reports the right of the broker to create tokens of named ServiceAccounts of a namespace. */
function isSyncToken(mode: Mode, act: string, right: GrantedRight): boolean {
  const { group, resource, resourceNames, namespace } = right;
  const isToken = group === '' && resource === 'serviceaccounts/token' && act === 'create';
  return isToken && mode === 'serviceaccount' && resourceNames.length > 0 && namespace !== '';
}

/** Reports whether `deploy/rbac/legacy` grants this right to impersonate, here or elsewhere. */
export function isOfLegacy(limits: Limits, right: GrantedRight): boolean {
  const { verb, group, resource, namespace } = right;
  if (verb !== 'impersonate') return false;
  if (group === authentication) return true;
  if (group === '' && (resource === 'users' || resource === 'groups')) return true;
  if (group !== '' || resource !== 'serviceaccounts') return false;
  if (namespace === limits.gatewayNamespace) return isOfBroker(limits, right);
  if (neverServed.includes(namespace)) return false;
  return namespace !== '' || limits.scope === 'cluster';
}

function isOfBroker({ broker }: Limits, { resourceNames }: GrantedRight): boolean {
  return resourceNames.length > 0 && resourceNames.every((name) => name === broker);
}

/** Reports a right of `kubectl.resources`, granted on purpose, also in the whole cluster. */
function isOfFurther(texts: readonly string[], { group, resource }: GrantedRight): boolean {
  return configuredResources(texts).some((named) => {
    const { subresource } = named;
    const whole = subresource === '' ? named.resource : `${named.resource}/${subresource}`;
    return named.group === group && whole === resource;
  });
}

function isActing(mode: Mode, act: string, what: string): boolean {
  if (what === '/secrets' || ownResources.includes(what)) return true;
  const isAccount = mode === 'serviceaccount';
  if (ownResources.some((resource) => what === `${resource}/status`)) {
    return act === 'get' || (isAccount && (act === 'update' || act === 'patch'));
  }
  if (!isAccount) return false;
  if (what === '/events') return act === 'create';
  return (reads.includes(act) && consumers.includes(what)) || isRestart(act, what);
}

function isRestart(act: string, what: string): boolean {
  return act === 'patch' && workloads.includes(what);
}
