import type { KubectlScenario } from '../../../conformance/kubectl/kubectl-scenario.js';

const secret = (rest: string, metadata = 'name: wrong') => `
apiVersion: v1
kind: Secret
metadata: { ${metadata} }
${rest}
`;

const refused: Readonly<Record<string, string>> = {
  'field.yaml': secret('stringDate: { a: b }\ndata: { a: eA==, a: eQ== }'),
  'fields.yaml': secret('surplus: 1\nother: { a: b }', 'name: wrong, nickname: wrong'),
  'type.yaml': secret('data: [a]'),
  'base64.yaml': secret('data: { a: "not base64!" }'),
  'large.yaml': secret(`stringData: { a: "${'x'.repeat(1_100_000)}" }`),
  'name.yaml': secret('data: {}', 'name: Not_Valid'),
  'namespace.yaml': secret('data: {}', 'name: wrong, namespace: elsewhere'),
  'valid.json': JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'raw' } }),
  'surplus.json': JSON.stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'surplus' },
    surplus: 1,
  }),
};

const types = `
apiVersion: v1
kind: Secret
metadata: { name: own, annotations: { kubernetes.io/service-account.name: robot } }
type: example.org/own
stringData: { token-id: abcdef, token-secret: 0123456789abcdef }
---
apiVersion: v1
kind: Secret
metadata: { name: ssh }
type: kubernetes.io/ssh-auth
stringData: { ssh-privatekey: not really }
---
apiVersion: v1
kind: Secret
metadata: { generateName: some- }
stringData: { a: b }
`;

export const objectScenarios: readonly KubectlScenario[] = [
  {
    title: 'Secrets that are refused',
    async run(kubectl) {
      await kubectl.files(refused);
      await kubectl.script`
        ! kubectl create -f field.yaml
        ! kubectl apply -f fields.yaml --validate=strict
        kubectl create -f fields.yaml --validate=warn
        kubectl delete secret wrong
        kubectl create -f field.yaml --validate=ignore --dry-run=server -o yaml
        ! kubectl create -f type.yaml
        ! kubectl create -f base64.yaml
        ! kubectl apply -f large.yaml
        ! kubectl create -f name.yaml
        ! kubectl create -f namespace.yaml -n elsewhere
        kubectl create --raw /api/v1/namespaces/k-secrets-that-are-refused/secrets -f valid.json
        ! kubectl create --raw /api/v1/namespaces/k-secrets-that-are-refused/secrets -f valid.json
        ! kubectl create -f surplus.json --raw \
          '/api/v1/namespaces/k-secrets-that-are-refused/secrets?fieldValidation=Strict'
        kubectl create -f surplus.json --raw \
          '/api/v1/namespaces/k-secrets-that-are-refused/secrets?fieldValidation=Ignore'
      `;
    },
  },
  {
    title: 'types of Secrets that only kubectl has',
    async run(kubectl) {
      await kubectl.files({ 'types.yaml': types });
      await kubectl.script`
        kubectl create -f types.yaml -o name | sed 's/some-.....$/some-xxxxx/'
        kubectl get secret own -o yaml
        kubectl describe secret own ssh
        kubectl get secret ssh -o jsonpath='{.data.ssh-privatekey}' | base64 -d
        kubectl delete secret own ssh
      `;
    },
  },
];
