import type { KubectlScenario } from '../kubectl-scenario.js';

const eventLine = '{.type} {.object.metadata.name} {.object.data.a}{"\\n"}';

const pair = `
apiVersion: v1
kind: ConfigMap
metadata: { name: one, labels: { set: first } }
data: { a: x }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: two, labels: { set: second } }
`;

export const watchAndWaitScenarios: readonly KubectlScenario[] = [
  {
    title: 'get with watch',
    async run(kubectl) {
      await kubectl.files({ 'pair.yaml': pair });
      await kubectl.script`kubectl apply -f pair.yaml`;
      const [tables, names, changes, selected, events, one] = await Promise.all([
        kubectl.watch('kubectl get configmaps -w'),
        kubectl.watch('kubectl get configmaps -w -o name'),
        kubectl.watch('kubectl get configmaps --watch-only -o yaml'),
        kubectl.watch('kubectl get configmaps -w -l set=first --show-labels'),
        kubectl.watch(`kubectl get configmaps -w --output-watch-events -o jsonpath='${eventLine}'`),
        kubectl.watch(`kubectl get configmap one -w -o jsonpath='{.data.a}{"\\n"}'`),
      ]);
      await kubectl.script`
        kubectl patch configmap one -p '{"data":{"a":"y"}}'
        kubectl label configmap one set=second --overwrite
        kubectl label configmap two set=first --overwrite
        kubectl delete configmap two
        kubectl patch configmap one -p '{"data":{"a":"z"}}'
      `;
      await kubectl.seen(tables, 8);
      await kubectl.seen(names, 7);
      await kubectl.seen(changes, 60);
      await kubectl.seen(selected, 6);
      await kubectl.seen(events, 7);
      await kubectl.seen(one, 3);
    },
  },
  {
    title: 'wait',
    async run(kubectl) {
      await kubectl.files({ 'pair.yaml': pair });
      await kubectl.script`
        kubectl apply -f pair.yaml
        kubectl wait --for=create configmap/one
        kubectl wait --for=jsonpath='{.data.a}'=x configmap/one
        ! kubectl wait --for=jsonpath='{.data.a}'=z configmap/one --timeout=1s
        ! kubectl wait --for=delete configmap/one --timeout=1s
        kubectl wait --for=delete configmap/none
        ! kubectl wait --for=condition=Ready configmap/one --timeout=1s
        ! kubectl wait --for=jsonpath='{.data.a}' configmap/none --timeout=1s
      `;
      const [value, gone] = await Promise.all([
        kubectl.watch("kubectl wait --for=jsonpath='{.data.a}'=y configmap/one --timeout=20s"),
        kubectl.watch('kubectl wait --for=delete configmap/two --timeout=20s'),
      ]);
      await kubectl.script`
        kubectl patch configmap one -p '{"data":{"a":"y"}}'
        kubectl delete configmap two
      `;
      await kubectl.ended(value);
      await kubectl.ended(gone);
    },
  },
];
