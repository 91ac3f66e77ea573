import { deployment } from './manifests.js';
import type { KubectlScenario } from '../kubectl-scenario.js';

const colours = `
apiVersion: v1
kind: ConfigMap
metadata: { name: colours, labels: { kind: warm } }
data: { a: red, b: orange }
---
apiVersion: v1
kind: Secret
metadata: { name: kept }
immutable: true
data: { a: cmVk }
`;

export const editAndPatchScenarios: readonly KubectlScenario[] = [
  {
    title: 'edit',
    async run(kubectl) {
      await kubectl.files({ 'objects.yaml': colours });
      await kubectl.script`
        kubectl apply -f objects.yaml
        EDITOR='sed -i s/orange/yellow/' kubectl edit configmap colours
        kubectl get configmap colours -o yaml
        EDITOR=true kubectl edit configmap colours
        ! EDITOR='sed -i "s/b: yellow/b: [yellow]/"' kubectl edit configmap colours
        KUBE_EDITOR='sed -i s/red/pink/' kubectl edit configmap colours -o json
        EDITOR='sed -i s/pink/rose/' kubectl edit configmap colours --output-patch
        EDITOR='sed -i s/rose/ruby/' kubectl edit configmap colours \
          --save-config --windows-line-endings
        kubectl get configmap colours -o yaml --show-managed-fields
        ! EDITOR='sed -i s/cmVk/Ymx1ZQ==/' kubectl edit secret kept
        ! EDITOR='sed -i /^apiVersion/d' kubectl edit configmap colours
        ! EDITOR='sed -i s/warm/not!valid/' kubectl edit configmap colours
        ! EDITOR='sed -i "s/name: colours/name: renamed/"' kubectl edit configmap colours
        ! EDITOR='sed -i d' kubectl edit configmap colours
        ! EDITOR=false kubectl edit configmap colours
        ! kubectl edit configmap none
        EDITOR='sed -i s/ruby/wine/' kubectl edit configmap/colours secret/kept
      `;
    },
  },
  {
    title: 'patch',
    async run(kubectl) {
      await kubectl.files({
        'objects.yaml': colours,
        'deployment.yaml': deployment,
        'patch.yaml': 'data: { c: brown }',
      });
      await kubectl.script`
        kubectl apply -f objects.yaml
        kubectl apply -f deployment.yaml
        kubectl patch configmap colours -p '{"data":{"a":"green"}}'
        kubectl patch configmap colours -p '{"data":{"a":"green"}}'
        kubectl patch configmap colours --type=merge -p '{"data":{"b":null}}' -o yaml
        kubectl patch configmap colours --type=json -p '[{"op":"add","path":"/data/d","value":"x"}]'
        kubectl patch configmap colours --patch-file patch.yaml -o jsonpath='{.data}'
        kubectl patch -f objects.yaml -p '{"metadata":{"labels":{"patched":"yes"}}}'
        kubectl patch configmap colours --dry-run=server -p '{"data":{"a":"blue"}}' -o yaml
        kubectl patch configmap colours --dry-run=client -p '{"data":{"a":"blue"}}' -o yaml
        kubectl patch deployment web \
          -p '{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"web:2"}]}}}}'
        kubectl get deployment web -o jsonpath='{.spec.template.spec.containers[*].image}'
        kubectl patch deployment web --subresource=scale --type=merge -p '{"spec":{"replicas":4}}'
        kubectl get deployment web --subresource=scale -o yaml
        ! kubectl patch configmap colours --type=json \
          -p '[{"op":"test","path":"/data/a","value":"no"}]'
        ! kubectl patch configmap colours --type=json -p '[{"op":"remove","path":"/data/none"}]'
        ! kubectl patch configmap colours --type=json -p '{"data":{}}'
        ! kubectl patch configmap colours -p '{"data":{"a":1}}'
        ! kubectl patch configmap colours --type=merge -p '{"data":[]}'
        ! kubectl patch configmap colours -p '{"data"'
        ! kubectl patch configmap colours -p '{"metadata":{"name":"other"}}'
        ! kubectl patch secret kept -p '{"data":{"a":"eA=="}}'
        ! kubectl patch configmap colours -p '{"metadata":{"uid":"other"}}'
        ! kubectl patch configmap colours -p '{"metadata":{"resourceVersion":"1"}}'
        ! kubectl patch secret kept -p '{"type":"other"}'
        ! kubectl patch configmap none -p '{}'
        ! kubectl patch configmap colours --type=nonsense -p '{}'
      `;
    },
  },
  {
    title: 'label and annotate',
    async run(kubectl) {
      await kubectl.files({ 'objects.yaml': colours });
      await kubectl.script`
        kubectl apply -f objects.yaml
        kubectl label configmap colours tone=dark
        ! kubectl label configmap colours tone=light
        kubectl label configmap colours tone=dark
        kubectl label configmap colours tone=light --overwrite
        kubectl label configmap colours tone- none-
        kubectl label configmaps --all all=yes
        kubectl label configmap colours --list | sort
        kubectl label -f objects.yaml file=yes
        kubectl label configmaps,secrets -l file=yes selected=yes -o name
        ! kubectl label configmap colours 'tone=not valid'
        ! kubectl label configmap colours 'a/b/c=d'
        ! kubectl label configmap none a=b
        kubectl label configmap colours dry=yes --dry-run=server
        kubectl label configmap colours a=b --resource-version=1 || true
        kubectl annotate configmap colours note='some text'
        ! kubectl annotate configmap colours note='other text'
        kubectl annotate configmap colours note='other text' --overwrite
        kubectl annotate configmap colours note-
        kubectl annotate configmap colours note- --overwrite
        kubectl annotate secret kept a=b c=d -o yaml
        kubectl get configmap colours -o yaml
        kubectl label ns k-label-and-annotate purpose=test
        kubectl get ns k-label-and-annotate --show-labels
      `;
    },
  },
];
