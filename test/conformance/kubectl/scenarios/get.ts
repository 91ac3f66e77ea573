import type { KubectlScenario } from '../kubectl-scenario.js';

const secrets = ['banana', 'apple', 'cherry', 'elder', 'damson'].map(
  (name, index) => `
apiVersion: v1
kind: Secret
metadata:
  name: ${name}
  labels: { fruit: ${name}, odd: "${index % 2 === 1}" }
type: ${index % 2 === 1 ? 'example.com/odd' : 'Opaque'}
stringData: { a: "${'x'.repeat(index)}" }
`,
);

const others = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, annotations: { note: hello } }
data: { a.b: one, other: two }
binaryData: { bytes: AAEC }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: robot }
imagePullSecrets: [{ name: banana }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: robots }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects:
  - { kind: ServiceAccount, name: robot, namespace: default }
  - { apiGroup: rbac.authorization.k8s.io, kind: User, name: alice }
  - { apiGroup: rbac.authorization.k8s.io, kind: Group, name: friends }
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: { name: leader }
spec: { holderIdentity: one, leaseDurationSeconds: 15 }
`;

export const getScenarios: readonly KubectlScenario[] = [
  {
    title: 'get in every representation',
    async run(kubectl) {
      await kubectl.files({ 'objects.yaml': [...secrets, others].join('---') });
      await kubectl.script`
        kubectl get secrets
        kubectl get secrets,configmaps
        ! kubectl get secret apple
        kubectl get secret apple --ignore-not-found
        kubectl apply -f objects.yaml
        kubectl get secrets
        kubectl get secret apple banana
        ! kubectl get secret apple none
        kubectl get secret/apple configmap/settings lease/leader
        kubectl get secret,cm,sa,rolebinding,leases
        kubectl get secrets -o wide
        kubectl get rolebindings -o wide
        kubectl get secrets --show-labels
        kubectl get secrets -L fruit,odd
        kubectl get secrets --no-headers
        kubectl get secrets --show-kind
        kubectl get secret apple -o yaml
        kubectl get secret apple -o json
        kubectl get secrets,serviceaccounts -o name
        kubectl get secrets -o yaml
        kubectl get secrets -o json
        kubectl get configmap settings -o jsonpath='{.data.a\.b} {.metadata.annotations}{"\n"}'
        kubectl get secrets -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.type}{"\n"}{end}'
        ! kubectl get secrets -o jsonpath='{.items[9].metadata.name}'
        kubectl get secrets -o custom-columns=NAME:.metadata.name,DATA:.data.a,NONE:.spec.none
        kubectl get secrets \
          -o go-template='{{range .items}}{{.metadata.name}} {{len .data}};{{end}}'
        kubectl get secret apple -o go-template='{{.data.a | base64decode}}{{"\n"}}'
        kubectl get serviceaccount robot -o yaml
        ! kubectl get secrets -o nonsense
        ! kubectl get nonsense
        ! kubectl get secrets.nonsense.example.com
      `;
    },
  },
  {
    title: 'get of a selection',
    async run(kubectl) {
      await kubectl.files({ 'objects.yaml': secrets.join('---') });
      await kubectl.script`
        kubectl create -f objects.yaml
        kubectl get secrets -l fruit=apple
        kubectl get secrets -l 'fruit in (apple,cherry)' -o name
        kubectl get secrets -l '!fruit'
        kubectl get secrets -l 'odd!=true' -o name
        kubectl get secrets -l fruit,odd=true -o name
        ! kubectl get secrets -l 'odd in'
        ! kubectl get secrets -l 'fruit=not a value'
        kubectl get secrets --field-selector metadata.name=damson
        kubectl get secrets --field-selector type=example.com/odd -o name
        kubectl get secrets --field-selector type!=Opaque,metadata.name!=apple -o name
        ! kubectl get secrets --field-selector spec.nonsense=1
        ! kubectl get secret apple --field-selector type=Opaque
        kubectl get secrets --sort-by=.type
        kubectl get secrets --sort-by=.metadata.name -o name
        kubectl get secrets --sort-by='{.data.a}' -o custom-columns=N:.metadata.name
        kubectl get secrets --chunk-size=2
        kubectl get secrets --chunk-size=2 -o name
        kubectl get secrets --chunk-size=0 -o name
        kubectl get secrets -A --field-selector metadata.namespace=k-get-of-a-selection
        kubectl get secrets -A -l fruit --chunk-size=2
        kubectl get secrets,configmaps -A -l fruit -o name
        kubectl get secrets -n none
        ! kubectl get secret apple -n none
        kubectl get namespace default
        kubectl get ns -l kubernetes.io/metadata.name=default -o yaml
        kubectl get all
        kubectl get all -l app=web
        kubectl get events
        kubectl get secrets --server-print=false
        kubectl get secrets apple banana -o json
      `;
    },
  },
];
