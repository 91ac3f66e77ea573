import type { KubectlScenario } from '../../../conformance/kubectl/kubectl-scenario.js';

const secrets = `
apiVersion: v1
kind: Secret
metadata: { name: db, labels: { app: web, tier: data }, annotations: { note: hello } }
stringData: { username: me, password: r00t123 }
---
apiVersion: v1
kind: Secret
metadata: { name: login, labels: { app: web } }
type: kubernetes.io/basic-auth
stringData: { username: you, password: "1234" }
---
apiVersion: v1
kind: Secret
metadata: { name: odd }
type: example.com/odd
immutable: true
data: { bytes: AAEC/w==, empty: "", tls.crt: eA== }
`;

const fruits = ['banana', 'apple', 'cherry', 'elder', 'damson']
  .map((name, index) => {
    const isOdd = index % 2 === 1;
    return `
apiVersion: v1
kind: Secret
metadata: { name: ${name}, labels: { fruit: ${name}, odd: "${isOdd}" } }
type: ${isOdd ? 'example.com/odd' : 'Opaque'}
stringData: { a: "${'x'.repeat(5 - index)}" }
`;
  })
  .join('---');

export const readingScenarios: readonly KubectlScenario[] = [
  {
    title: 'Secrets in every representation',
    async run(kubectl) {
      await kubectl.files({ 'secrets.yaml': secrets });
      await kubectl.script`
        kubectl get secrets
        kubectl get secret db --ignore-not-found
        kubectl create -f secrets.yaml
        kubectl get secrets
        ! kubectl get secret db none
        kubectl get secret/db secret/login -o name
        kubectl get secrets -o wide
        kubectl get secrets --show-labels
        kubectl get secrets -L app -l app
        kubectl get secrets --no-headers
        kubectl get secret db -o yaml
        kubectl get secret db -o json
        kubectl get secret odd -o yaml --show-managed-fields
        kubectl get secrets -o yaml
        kubectl get secret db -o jsonpath='{.data.password}' | base64 -d
        kubectl get secrets -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.type}{"\n"}{end}'
        kubectl get secrets -o custom-columns=NAME:.metadata.name,DATA:.data.password,NONE:.spec.x
        kubectl get secrets \
          -o go-template='{{range .items}}{{.metadata.name}} {{len .data}};{{end}}{{"\n"}}'
        kubectl get secret db -o go-template='{{.data.password | base64decode}}{{"\n"}}'
        kubectl get secrets --server-print=false
        kubectl describe secret db
        ! kubectl describe secret none
      `;
    },
  },
  {
    title: 'a selection of Secrets',
    async run(kubectl) {
      await kubectl.files({ 'fruits.yaml': fruits });
      await kubectl.script`
        kubectl create -f fruits.yaml
        kubectl get secrets -l 'fruit in (apple,cherry)' -o name
        kubectl get secrets -l '!fruit'
        ! kubectl get secrets -l 'fruit=not a value'
        kubectl get secrets --field-selector type=example.com/odd -o name
        kubectl get secrets --field-selector type!=Opaque,metadata.name!=apple -o name
        ! kubectl get secrets --field-selector spec.nonsense=1
        kubectl get secrets --sort-by='{.data.a}' -o custom-columns=N:.metadata.name
        kubectl get secrets --chunk-size=2
        kubectl get secrets --chunk-size=1 -o yaml
        kubectl get secrets -A -l fruit --chunk-size=2
        kubectl get secrets -A --field-selector metadata.namespace=k-a-selection-of-secrets -o name
        kubectl get namespace k-a-selection-of-secrets
        kubectl get namespace k-a-selection-of-secrets -o yaml
        kubectl get ns -l kubernetes.io/metadata.name=default -o name
        ! kubectl get namespace none
      `;
    },
  },
];
