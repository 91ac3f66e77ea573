import type { KubectlScenario } from '../../../conformance/kubectl/kubectl-scenario.js';

const pair = `
apiVersion: v1
kind: Secret
metadata: { name: one, labels: { set: first } }
stringData: { a: x }
---
apiVersion: v1
kind: Secret
metadata: { name: two, labels: { set: second } }
`;

const eventLine = '{.type} {.object.metadata.name} {.object.data.a}{"\\n"}';

export const watchingScenarios: readonly KubectlScenario[] = [
  {
    title: 'watches of Secrets',
    async run(kubectl) {
      await kubectl.files({ 'pair.yaml': pair });
      await kubectl.script`kubectl create -f pair.yaml`;
      const [tables, names, changes, selected, events, one, everywhere] = await Promise.all([
        kubectl.watch('kubectl get secrets -w'),
        kubectl.watch('kubectl get secrets -w -o name'),
        kubectl.watch('kubectl get secrets --watch-only -o yaml'),
        kubectl.watch('kubectl get secrets -w -l set=first --show-labels'),
        kubectl.watch(`kubectl get secrets -w --output-watch-events -o jsonpath='${eventLine}'`),
        kubectl.watch(`kubectl get secret one -w -o jsonpath='{.data.a}{"\\n"}'`),
        kubectl.watch('kubectl get secrets -A --watch-only --field-selector metadata.name=two'),
      ]);
      await kubectl.script`
        kubectl patch secret one -p '{"stringData":{"a":"y"}}'
        kubectl label secret one set=second --overwrite
        kubectl label secret two set=first --overwrite
        kubectl delete secret two
        kubectl patch secret one -p '{"stringData":{"a":"z"}}'
      `;
      await kubectl.seen(tables, 8);
      await kubectl.seen(names, 7);
      await kubectl.seen(changes, 65);
      await kubectl.seen(selected, 6);
      await kubectl.seen(events, 7);
      await kubectl.seen(one, 4);
      await kubectl.seen(everywhere, 3);
    },
  },
  {
    title: 'waiting for Secrets',
    async run(kubectl) {
      await kubectl.files({ 'pair.yaml': pair });
      await kubectl.script`
        kubectl create -f pair.yaml
        kubectl wait --for=create secret/one
        kubectl wait --for=jsonpath='{.data.a}'=eA== secret/one
        ! kubectl wait --for=delete secret/one --timeout=1s
      `;
      const [value, gone] = await Promise.all([
        kubectl.watch("kubectl wait --for=jsonpath='{.data.a}'=eQ== secret/one --timeout=20s"),
        kubectl.watch('kubectl wait --for=delete secret/two --timeout=20s'),
      ]);
      await kubectl.script`
        kubectl patch secret one -p '{"stringData":{"a":"y"}}'
        kubectl delete secret two
      `;
      await kubectl.ended(value);
      await kubectl.ended(gone);
    },
  },
];
