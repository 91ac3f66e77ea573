import type { PodContainer, PodSpec, PodVolume } from '../consumers/domain/references.js';
import { listOf, recordOf, textOf } from './kube-json.js';

const containerLists = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** Returns the Secrets in a PodSpec. https://kubernetes.io/docs/concepts/configuration/secret/ */
export function toPodSpec(json: unknown): PodSpec {
  const spec = recordOf(json);
  return {
    containers: containerLists.flatMap((list) => listOf(spec[list]).map(toContainer)),
    volumes: listOf(spec['volumes']).map(toVolume),
    imagePullSecrets: namesOf(listOf(spec['imagePullSecrets'])),
  };
}

function toContainer(json: unknown): PodContainer {
  const container = recordOf(json);
  const single = listOf(container['env']).map(
    (variable) => recordOf(recordOf(variable)['valueFrom'])['secretKeyRef'],
  );
  const whole = listOf(container['envFrom']).map((source) => recordOf(source)['secretRef']);
  return {
    name: textOf(container['name']),
    envSecrets: namesOf([...single, ...whole]),
    mounts: listOf(container['volumeMounts']).map((mount) => {
      const { name, subPath, subPathExpr } = recordOf(mount);
      const isSubPath = textOf(subPath) !== '' || textOf(subPathExpr) !== '';
      return { volume: textOf(name), isSubPath };
    }),
  };
}

function toVolume(json: unknown): PodVolume {
  const { name, secret, projected, ...drivers } = recordOf(json);
  const sources = listOf(recordOf(projected)['sources']);
  const projectedNames = namesOf(sources.map((source) => recordOf(source)['secret']));
  const ownName = textOf(recordOf(secret)['secretName']);
  return {
    name: textOf(name),
    fileSecrets: [...(ownName === '' ? [] : [ownName]), ...projectedNames],
    driverSecrets: Object.values(drivers).flatMap(ofDriver),
  };
}

/** Returns names in a driver's member; drivers have three ways to name a Secret. */
function ofDriver(json: unknown): readonly string[] {
  const { secretRef, nodePublishSecretRef, secretName } = recordOf(json);
  return namesOf([secretRef, nodePublishSecretRef, { name: secretName }]);
}

function namesOf(references: readonly unknown[]): readonly string[] {
  return references
    .map((reference) => textOf(recordOf(reference)['name']))
    .filter((name) => name !== '');
}
