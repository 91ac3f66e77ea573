import { unavailable } from '../core/errors/sallyport-error.js';
import type { CustomResource } from '../custom-resources/domain/custom-resource.js';
import type { KubeObject } from './kube-exchange.js';
import { recordOf, textOf } from './kube-json.js';

/** Parses a namespaced object of the API server. Throws Unavailable if it is invalid. */
export function toCustomResource(object: KubeObject): CustomResource {
  return parsed(object, false);
}

/** Parses an object that is in no namespace. Throws Unavailable if it is invalid. */
export function toClusterResource(object: KubeObject): CustomResource {
  return parsed(object, true);
}

function parsed(object: KubeObject, isClusterScoped: boolean): CustomResource {
  const metadata = recordOf(object['metadata']);
  const [namespace, name] = [textOf(metadata['namespace']), textOf(metadata['name'])];
  if ((namespace === '') !== isClusterScoped || name === '') {
    const internal = 'the API server answered with something else than a custom resource';
    throw unavailable('the cluster answered with an object that is none', { internal });
  }
  const { generation } = metadata;
  const annotations = Object.entries(recordOf(metadata['annotations']));
  return {
    namespace,
    name,
    uid: textOf(metadata['uid']),
    resourceVersion: textOf(metadata['resourceVersion']),
    generation: typeof generation === 'number' ? generation : 0,
    createdMs: Date.parse(textOf(metadata['creationTimestamp'])) || 0,
    annotations: Object.fromEntries(annotations.map(([key, value]) => [key, textOf(value)])),
    spec: recordOf(object['spec']),
    status: recordOf(object['status']),
    isBeingDeleted: textOf(metadata['deletionTimestamp']) !== '',
  };
}
