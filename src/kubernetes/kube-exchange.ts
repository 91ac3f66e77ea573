import { unavailable } from '../core/errors/sallyport-error.js';
import type { KubeCall } from './kube-call.js';
import { parseJson, recordOf } from './kube-json.js';
import type { KubeTransport, OutboundIdentity } from './kube-transport.js';
import { outcomeUnknown } from './network-failure.js';
import { type KubeActor, translateKubeError } from './translate-kube-error.js';

export type KubeObject = Readonly<Record<string, unknown>>;

/** Completes one call: returns the API server's object, or throws a SallyportError. */
export async function exchange(
  transport: KubeTransport,
  call: KubeCall,
  identity: OutboundIdentity,
  actor: KubeActor,
): Promise<KubeObject> {
  const answer = await transport.send(call, identity);
  if (answer.status >= 400) throw translateKubeError(answer, call, actor);
  const object = recordOf(parseJson(answer.body));
  if (answer.status >= 200 && typeof object['kind'] === 'string') return object;
  const internal = `API server answered ${answer.status} without a Kubernetes object`;
  if (call.effect === 'write') throw outcomeUnknown(internal);
  throw unavailable('the cluster gave an unexpected answer', { internal });
}
