import { rotationDefinition, rotation } from './manifests.js';
import type { KubectlScenario } from '../kubectl-scenario.js';

const secret = (data: string, labels: string) => `
apiVersion: v1
kind: Secret
metadata:
  name: applied
  labels: { ${labels} }
stringData: { ${data} }
`;

const several = `
apiVersion: v1
kind: ConfigMap
metadata: { name: first }
data: { a: one }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: second }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: third }
rules: [{ apiGroups: [''], resources: [secrets], verbs: [get] }]
`;

export const applyScenarios: readonly KubectlScenario[] = [
  {
    title: 'apply of one object',
    async run(kubectl) {
      await kubectl.files({
        '1.yaml': secret('a: one, b: two', 'tier: front, size: small'),
        '2.yaml': secret('a: other, c: three', 'tier: front'),
        'typed.yaml': `${secret('a: one', 'tier: front')}type: example.com/other\n`,
      });
      await kubectl.script`
        kubectl apply -f 1.yaml --dry-run=client
        kubectl apply -f 1.yaml --dry-run=server
        ! kubectl get secret applied
        kubectl apply -f 1.yaml
        kubectl apply -f 1.yaml
        kubectl get secret applied -o yaml
        kubectl apply -f 2.yaml --dry-run=server -o yaml
        kubectl apply -f 2.yaml
        kubectl get secret applied -o yaml --show-managed-fields
        kubectl apply -f 2.yaml -o name
        ! kubectl apply -f typed.yaml
        kubectl apply view-last-applied secret/applied
        kubectl annotate secret applied kubectl.kubernetes.io/last-applied-configuration-
        kubectl apply -f 1.yaml
        kubectl apply set-last-applied -f 2.yaml
        cat 1.yaml | kubectl apply -f - -o json
        ! kubectl apply -f absent.yaml
        ! kubectl apply -n other-namespace -f 1.yaml
      `;
    },
  },
  {
    title: 'apply of several objects',
    async run(kubectl) {
      await kubectl.files({
        'several.yaml': several,
        'one.yaml': several.split('---')[0] ?? '',
        'dir/a.yaml': several.replace('a: one', 'a: two'),
        'dir/b.json': '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"fourth"}}',
        'kustomization.yaml':
          'resources: [several.yaml]\nnamePrefix: built-\ncommonLabels: { k: k }',
      });
      await kubectl.script`
        kubectl apply -f several.yaml
        kubectl apply -f several.yaml
        kubectl apply -f dir
        kubectl get configmap,serviceaccount,role
        kubectl get -f several.yaml -o name
        ! kubectl apply -f one.yaml -l app=none
        kubectl apply -k .
        kubectl get role built-third -o yaml
        kubectl label -f several.yaml pruned=yes
        kubectl label -f dir pruned=yes
        kubectl delete -f several.yaml
        ! kubectl delete -f several.yaml
        ! kubectl get -f several.yaml
      `;
    },
  },
  {
    title: 'apply with prune',
    async run(kubectl) {
      await kubectl.files({
        'both.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: kept, labels: { set: pruned } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: dropped, labels: { set: pruned } }
`,
        'one.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: kept, labels: { set: pruned } }
`,
      });
      await kubectl.script`
        kubectl apply -f both.yaml
        kubectl apply -f one.yaml --prune -l set=pruned --prune-allowlist=core/v1/ConfigMap
        kubectl get configmaps -l set=pruned -o name
      `;
    },
  },
  {
    title: 'apply of the roles of the gateway',
    async run(kubectl) {
      await kubectl.script`
        kubectl apply -k $REPOSITORY/deploy/rbac/constrained/cluster-wide
        kubectl apply -k $REPOSITORY/deploy/rbac/constrained/cluster-wide
        kubectl apply -f $REPOSITORY/deploy/rbac/constrained/cluster-wide/served-broker.yaml
        kubectl get clusterrole sallyport-self -o yaml
        kubectl get clusterrolebindings sallyport-self sallyport-become-users -o wide
        kubectl get rolebindings,roles,sa,configmaps -n sallyport
        kubectl describe clusterrole sallyport-broker
        kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings
        kubectl get validatingadmissionpolicy sallyport-broker-secret-types -o yaml
        kubectl delete -k $REPOSITORY/deploy/rbac/constrained/roles
        ! kubectl delete -k $REPOSITORY/deploy/rbac/constrained/roles
        kubectl delete namespace sallyport --wait=false
      `;
    },
  },
  {
    title: 'apply of a definition and its objects',
    async run(kubectl) {
      await kubectl.files({
        'definition.yaml': rotationDefinition,
        'rotation.yaml': rotation('daily', 24),
        'changed.yaml': rotation('daily', 48),
        'refused.yaml': rotation('daily', 0),
        'unknown.yaml': `${rotation('other', 1)}  surplus: true\n`,
      });
      await kubectl.script`
        ! kubectl apply -f rotation.yaml
        kubectl apply -f definition.yaml
        kubectl wait --for=condition=Established crd/turns.example.com
      `;
      await kubectl.until('kubectl get turns');
      await kubectl.until('kubectl explain turns');
      await kubectl.script`
        kubectl apply -f rotation.yaml
        kubectl apply -f rotation.yaml
        kubectl apply -f changed.yaml
        ! kubectl apply -f refused.yaml
        ! kubectl apply -f unknown.yaml
        kubectl apply -f unknown.yaml --validate=warn
        kubectl apply -f unknown.yaml --validate=false
        kubectl get turns
        kubectl get tn daily -o wide
        kubectl get turn.v1.example.com/daily -o yaml
        kubectl get crd turns.example.com
        kubectl describe turn daily
        kubectl patch turn daily --type=merge -p '{"spec":{"hours":3}}'
        ! kubectl patch turn daily -p '{"spec":{"hours":3}}'
        kubectl patch turn daily --subresource=status --type=merge -p '{"status":{"phase":"Done"}}'
        kubectl get turn daily --subresource=status
        kubectl api-resources --api-group=example.com
        kubectl explain turn.spec --api-version=example.com/v1
        kubectl delete turn --all
        kubectl delete -f definition.yaml --wait=false
      `;
    },
  },
];
