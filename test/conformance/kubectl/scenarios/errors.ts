import { deployment } from './manifests.js';
import type { KubectlScenario } from '../kubectl-scenario.js';

const secret = (rest: string, metadata = 'name: wrong') => `
apiVersion: v1
kind: Secret
metadata: { ${metadata} }
${rest}
`;

const files: Readonly<Record<string, string>> = {
  'field.yaml': secret('stringDate: { a: b }\ndata: { a: eA==, a: eQ== }'),
  'fields.yaml': secret('surplus: 1\nother: { a: b }', 'name: wrong, nickname: wrong'),
  'type.yaml': secret('data: [a]'),
  'number.yaml': secret('stringData: { a: 1 }'),
  'base64.yaml': secret('data: { a: "not base64!" }'),
  'key.yaml': secret('data: { "not a key": eA== }'),
  'large.yaml': secret(`stringData: { a: "${'x'.repeat(1_100_000)}" }`),
  'name.yaml': secret('data: {}', 'name: Not_Valid'),
  'unnamed.yaml': secret('data: {}', 'labels: { a: b }'),
  'labels.yaml': secret(
    'data: {}',
    'name: wrong, labels: { "a b": "c d" }, annotations: { "/": x }',
  ),
  'namespace.yaml': secret('data: {}', 'name: wrong, namespace: elsewhere'),
  'typed.yaml': secret('type: kubernetes.io/tls\ndata: { tls.crt: eA== }'),
  'docker.yaml': secret(
    'type: kubernetes.io/dockerconfigjson\nstringData: { .dockerconfigjson: "x" }',
  ),
  'kind.yaml': 'apiVersion: v1\nkind: Nonsense\nmetadata: { name: a }',
  'version.yaml': 'apiVersion: none.example.com/v1\nkind: Secret\nmetadata: { name: a }',
  'nokind.yaml': 'apiVersion: v1\nmetadata: { name: a }',
  'syntax.yaml': 'apiVersion: v1\nkind: Secret\n  metadata: { name: a }',
  'empty.yaml': '',
  'map.yaml': `
apiVersion: v1
kind: ConfigMap
metadata: { name: wrong }
data: { a: b }
binaryData: { a: eA== }
`,
  'role.yaml': `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: wrong }
rules: [{ apiGroups: [''], resources: [secrets] }]
`,
  'binding.yaml': `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: wrong }
roleRef: { kind: Nothing, name: "" }
subjects: [{ kind: User }, { kind: ServiceAccount, name: a }]
`,
  'deployment.yaml': deployment.replace('replicas:', 'replicaz:').replace('image:', 'imagine:'),
};

export const errorScenarios: readonly KubectlScenario[] = [
  {
    title: 'objects that are refused',
    async run(kubectl) {
      await kubectl.files(files);
      await kubectl.script`
        ! kubectl create -f field.yaml
        ! kubectl create -f fields.yaml
        ! kubectl apply -f fields.yaml
        kubectl create -f fields.yaml --validate=warn
        kubectl delete secret wrong
        kubectl create -f field.yaml --validate=ignore --dry-run=server
        ! kubectl create -f type.yaml
        ! kubectl create -f number.yaml
        ! kubectl create -f base64.yaml
        ! kubectl create -f key.yaml --validate=false
        ! kubectl create -f large.yaml
        ! kubectl apply -f large.yaml
        ! kubectl apply --server-side -f large.yaml
        ! kubectl create -f name.yaml
        ! kubectl create -f unnamed.yaml
        ! kubectl apply -f unnamed.yaml
        ! kubectl create -f labels.yaml
        ! kubectl create -f namespace.yaml
        ! kubectl create -f namespace.yaml -n elsewhere
        ! kubectl create -f typed.yaml
        ! kubectl create -f docker.yaml
        ! kubectl create -f kind.yaml
        ! kubectl create -f version.yaml
        ! kubectl create -f nokind.yaml
        ! kubectl create -f syntax.yaml
        ! kubectl create -f empty.yaml
        ! kubectl create -f map.yaml
        ! kubectl create -f role.yaml
        ! kubectl create -f binding.yaml
        ! kubectl create -f deployment.yaml
        ! kubectl apply --server-side -f field.yaml
        ! kubectl apply --server-side -f type.yaml
        ! kubectl replace -f type.yaml
      `;
    },
  },
];
