import { RefusedByCluster } from '../core/errors/refused-by-cluster.js';
import { unavailable } from '../core/errors/sallyport-error.js';
import type { RawAnswer, RawHead, RawStream } from '../core/forwarding.js';
import type { KubeAnswer, KubeCall } from './kube-call.js';
import { parseKubeStatus } from './kube-status.js';
import type { KubeTransport, OutboundIdentity } from './kube-transport.js';
import { outcomeUnknown } from './network-failure.js';
import { type KubeActor, translateKubeError } from './translate-kube-error.js';

export type StreamCall = KubeCall & { readonly effect: 'none'; readonly timeoutMs: number };

const told = ['content-type', 'warning', 'retry-after'];
/** Headers of published documents: they contain nothing of a caller. */
const published = [...told, 'cache-control', 'content-encoding', 'etag', 'last-modified', 'vary'];

/** Returns the whole answer unchanged. Throws as RawUpstream does. */
export async function forward(
  transport: KubeTransport,
  call: KubeCall,
  identity: OutboundIdentity,
  actor: KubeActor,
): Promise<RawAnswer> {
  const answer = await transport.send(call, identity);
  refuseFailure(answer, call, actor);
  if (answer.status >= 200) return rawAnswer(answer, call);
  const internal = `API server answered ${answer.status}`;
  if (call.effect === 'write') throw outcomeUnknown(internal);
  throw unavailable('the cluster gave an unexpected answer', { internal });
}

/** Opens a streamed answer. Throws as RawUpstream does. */
export async function openForwarded(
  transport: KubeTransport,
  call: StreamCall,
  identity: OutboundIdentity,
  actor: KubeActor,
): Promise<RawStream> {
  const answer = await transport.stream(call, identity);
  refuseFailure(answer, call, actor);
  // A response other than 200 has been read to its end.
  const chunks = answer.status === 200 ? answer.chunks : whole(answer.body);
  return { ...headOf(answer, call), chunks };
}

async function* whole(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}

function refuseFailure(answer: KubeAnswer, call: KubeCall, actor: KubeActor): void {
  if (answer.status < 400) return;
  const error = translateKubeError(answer, call, actor);
  // Refusals of impersonation are about the gateway: their text is for operators.
  const isOurs = error.isInstallationFault || (answer.status === 401 && actor.kind !== 'bearer');
  if (isOurs || parseKubeStatus(answer.body) === undefined) throw error;
  throw new RefusedByCluster(error, rawAnswer(answer, call));
}

function rawAnswer(answer: KubeAnswer, call: KubeCall): RawAnswer {
  return { ...headOf(answer, call), body: answer.body };
}

function headOf({ status, headers }: KubeAnswer, call: KubeCall): RawHead {
  const names = call.conditions === undefined ? told : published;
  const fields = names.flatMap((name): [string, string][] => {
    const value = headers[name];
    return value === undefined
      ? []
      : [[name, typeof value === 'string' ? value : value.join(', ')]];
  });
  return { status, headers: Object.fromEntries(fields) };
}
