import { rotationsIn, secretRotation } from '../support/rotation-manifests.js';
import { importsIn, secretImport, secretShare, sharesIn } from '../support/share-manifests.js';
import type { Attempt } from './stolen-world.js';
import { encoded, tokenSecret } from './token-controller.js';

const core = (namespace: string, resource: string) => `/api/v1/namespaces/${namespace}/${resource}`;
const apis = (group: string, namespace: string, resource: string) =>
  `/apis/${group}/namespaces/${namespace}/${resource}`;
const rbac = 'rbac.authorization.k8s.io';

const read = (path: string): Attempt => ({ method: 'GET', path });
/** Nothing is changed: every identity tries it in turn. */
const dryRun = (method: string, path: string, body?: object): Attempt => {
  return { method, path: `${path}?dryRun=All`, ...(body !== undefined && { body }) };
};
const ask = (path: string, body: object): Attempt => ({ method: 'POST', path, body });
const named = (more: object = {}) => ({ metadata: { name: 'thief' }, ...more });

const template = {
  metadata: { labels: { app: 'thief' } },
  spec: { containers: [{ name: 'main', image: 'registry.example/thief:1' }] },
};
const deployment = named({ spec: { selector: { matchLabels: { app: 'thief' } }, template } });
const roleBinding = named({
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'cluster-admin' },
  subjects: [{ kind: 'User', apiGroup: rbac, name: 'thief' }],
});
const policies = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings';
const attributes = { verb: 'get', resource: 'secrets', namespace: 'pay' };

/** What a thief tries, each under the words of the first column of the table in the RBAC page. */
export function stolenAttempts(deletedToken: string): Readonly<Record<string, readonly Attempt[]>> {
  const revived = (token: string) => named({ data: { token: encoded(token) } });
  const broken = deletedToken.replace('.', '.\n');
  const bootstrap = named({ type: 'bootstrap.kubernetes.io/token' });
  return {
    'read Secrets of served namespaces': [
      read(core('pay', 'secrets/db')),
      read(core('pay', 'secrets')),
    ],
    'write and delete Secrets of served namespaces': [
      dryRun('POST', core('pay', 'secrets'), named()),
      dryRun('DELETE', core('pay', 'secrets/db')),
      dryRun('DELETE', core('pay', 'secrets')),
    ],
    'read Secrets of other namespaces': [
      read(core('other', 'secrets/db')),
      read(core('ci', 'secrets')),
      read(core('kube-system', 'secrets/db')),
      read('/api/v1/secrets'),
    ],
    'write Secrets of other namespaces': [
      dryRun('POST', core('other', 'secrets'), named()),
      dryRun('POST', core('ci', 'secrets'), named()),
      dryRun('POST', core('kube-system', 'secrets'), named()),
    ],
    'create token Secrets where it writes Secrets': [
      dryRun('POST', core('pay', 'secrets'), tokenSecret('thief', 'admin')),
      dryRun('POST', core('ci', 'secrets'), tokenSecret('thief', 'admin')),
    ],
    'create bootstrap tokens': [dryRun('POST', core('kube-system', 'secrets'), bootstrap)],
    'write a deleted token back': [
      dryRun('POST', core('pay', 'secrets'), revived(deletedToken)),
      dryRun('POST', core('pay', 'secrets'), revived(` ${broken}`)),
      dryRun('POST', core('pay', 'secrets'), revived(`${deletedToken}${'\n'.repeat(13_000)}`)),
    ],
    'request tokens of ServiceAccounts': [
      dryRun('POST', core('pay', 'serviceaccounts/admin/token'), { spec: {} }),
      dryRun('POST', core('sallyport', 'serviceaccounts/sallyport-broker/token'), { spec: {} }),
    ],
    'write rotations, shares and imports of served namespaces': [
      dryRun('POST', rotationsIn('pay'), secretRotation('db')),
      dryRun('POST', sharesIn('pay'), secretShare('db')),
      dryRun('POST', importsIn('pay'), secretImport('db')),
    ],
    'see pods and workloads of served namespaces': [
      read(core('pay', 'pods')),
      read(apis('apps/v1', 'pay', 'deployments')),
    ],
    'create pods and workloads': [
      dryRun('POST', core('pay', 'pods'), named({ spec: template.spec })),
      dryRun('POST', apis('apps/v1', 'pay', 'deployments'), deployment),
    ],
    'read and write ConfigMaps': [
      read(core('pay', 'configmaps')),
      dryRun('POST', core('pay', 'configmaps'), named()),
    ],
    'bind roles': [dryRun('POST', apis(`${rbac}/v1`, 'pay', 'rolebindings'), roleBinding)],
    'take away admission policies': [dryRun('DELETE', `${policies}/sallyport-token-secrets`)],
    'write objects of namespace sallyport': [
      dryRun('POST', core('sallyport', 'configmaps'), named()),
      dryRun('POST', core('sallyport', 'secrets'), named()),
      dryRun('POST', core('sallyport', 'pods'), named({ spec: template.spec })),
      dryRun('POST', apis(`${rbac}/v1`, 'sallyport', 'rolebindings'), roleBinding),
    ],
    'write leases of namespace sallyport': [
      dryRun('POST', apis('coordination.k8s.io/v1', 'sallyport', 'leases'), named()),
    ],
    'change the anchor of the audit trail': [
      dryRun('PATCH', core('sallyport', 'configmaps/sallyport-audit-anchor'), { data: { a: 'b' } }),
    ],
    'see namespaces, roles and bindings of the cluster': [
      read('/api/v1/namespaces'),
      read(`/apis/${rbac}/v1/rolebindings`),
      read(`/apis/${rbac}/v1/clusterroles`),
    ],
    'see rotations, shares and imports of the cluster': [
      read('/apis/sallyport.dev/v1alpha1/secretrotations'),
      read('/apis/sallyport.dev/v1alpha1/secretshares'),
      read('/apis/sallyport.dev/v1alpha1/secretimports'),
    ],
    'ask what others may do, and check tokens': [
      ask('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        spec: { user: 'alice', resourceAttributes: attributes },
      }),
      ask('/apis/authentication.k8s.io/v1/tokenreviews', { spec: { token: 'x' } }),
    ],
  };
}
