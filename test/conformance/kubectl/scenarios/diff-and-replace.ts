import type { KubectlScenario } from '../kubectl-scenario.js';

const pair = (colour: string, labels: string) => `
apiVersion: v1
kind: ConfigMap
metadata: { name: colours, labels: { ${labels} } }
data: { a: ${colour}, b: blue }
---
apiVersion: v1
kind: Secret
metadata: { name: hidden, labels: { ${labels} } }
stringData: { a: ${colour} }
`;

export const diffAndReplaceScenarios: readonly KubectlScenario[] = [
  {
    title: 'diff',
    async run(kubectl) {
      await kubectl.files({
        'old.yaml': pair('red', 'set: one'),
        'new.yaml': pair('green', 'set: two'),
        'added.yaml': `${pair('red', 'set: one').replaceAll('name: ', 'name: more-')}`,
        'wrong.yaml': pair('[red]', 'set: one'),
      });
      await kubectl.script`
        kubectl apply -f old.yaml
        kubectl diff -f old.yaml
        ! kubectl diff -f new.yaml
        ! kubectl diff -f added.yaml
        ! kubectl diff --server-side -f new.yaml
        ! kubectl diff --server-side --force-conflicts -f new.yaml
        ! kubectl diff -f wrong.yaml
        ! KUBECTL_EXTERNAL_DIFF='diff -rq' kubectl diff -f new.yaml
      `;
    },
  },
  {
    title: 'replace',
    async run(kubectl) {
      await kubectl.files({
        'old.yaml': pair('red', 'set: one'),
        'new.yaml': pair('green', 'set: two'),
        'stale.yaml': pair('black', 'set: three').replaceAll(
          'metadata: {',
          'metadata: { resourceVersion: "1",',
        ),
        'uid.yaml': pair('black', 'set: three').replaceAll('metadata: {', 'metadata: { uid: none,'),
        'frozen.yaml': `${pair('red', 'set: one')}immutable: true\n`,
      });
      await kubectl.script`
        ! kubectl replace -f old.yaml
        kubectl create -f old.yaml --save-config
        kubectl replace -f new.yaml
        kubectl get secret hidden -o yaml --show-managed-fields
        ! kubectl replace -f stale.yaml
        ! kubectl replace -f uid.yaml
        kubectl replace -f new.yaml --dry-run=server -o yaml
        kubectl get configmap colours -o json | sed s/green/white/ | kubectl replace -f -
        kubectl replace --force -f old.yaml
        kubectl replace -f frozen.yaml
        ! kubectl replace -f new.yaml
        kubectl replace --force -f new.yaml
        kubectl get -f new.yaml \
          -o jsonpath='{range .items[*]}{.data.a} {.metadata.labels}{"\n"}{end}'
        ! kubectl replace --raw /api/v1/namespaces/k-replace/configmaps/none -f new.yaml
      `;
    },
  },
];
