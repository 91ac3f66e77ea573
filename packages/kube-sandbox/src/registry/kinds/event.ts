import { Buffer } from 'node:buffer';
import type { StatusCause } from '../../model/api-status.js';
import type { KubeObject } from '../../model/kube-object.js';
import type { Strategy } from '../../model/resource-definition.js';
import { textAt } from '../../table/columns/object-fields.js';
import { invalidValue, required } from '../field-errors.js';
import { qualifiedNameComplaints } from '../name-rules.js';

const shortMax = 128;
const messageMax = 1024;
/** Strategy of `v1` events, which have fewer checks than events of `events.k8s.io`. */
export const eventStrategy: Strategy = {
  nameRule: 'pathSegment',
  canCreateOnUpdate: true,
  ignoresPropagation: true,
  validate: (event) => {
    const isNewStyle = (event['eventTime'] ?? null) !== null;
    return isNewStyle ? newStyleCauses(event) : namespaceCauses(event, ['', 'default']);
  },
};

/** An involved object without a namespace is cluster-scoped. */
function namespaceCauses(event: KubeObject, ofCluster: readonly string[]): StatusCause[] {
  const involved = textAt(event, 'involvedObject', 'namespace');
  const namespace = event.metadata.namespace ?? '';
  const agrees = involved === '' ? ofCluster.includes(namespace) : involved === namespace;
  if (agrees) return [];
  return [invalidValue('involvedObject.namespace', involved, 'does not match event.namespace')];
}

function newStyleCauses(event: KubeObject): StatusCause[] {
  const component = textAt(event, 'reportingComponent');
  const involved = textAt(event, 'involvedObject', 'namespace');
  const causes = involved === '' ? namespaceCauses(event, ['default', 'kube-system']) : [];
  if (component === '') causes.push(required('reportingComponent'));
  for (const complaint of qualifiedNameComplaints(component)) {
    causes.push(invalidValue('reportingComponent', component, complaint));
  }
  for (const name of ['reportingInstance', 'action', 'reason']) {
    if (textAt(event, name) === '') causes.push(required(name));
    causes.push(...lengthCauses(event, name, shortMax));
  }
  return [...causes, ...lengthCauses(event, 'message', messageMax)];
}

function lengthCauses(event: KubeObject, name: string, max: number): StatusCause[] {
  if (Buffer.byteLength(textAt(event, name), 'utf8') <= max) return [];
  return [invalidValue(name, '', `can have at most ${max} characters`)];
}
