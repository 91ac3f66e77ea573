import { TLSSocket } from 'node:tls';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CredentialLifetimes } from '../auth/credential-lifetimes.service.js';
import { CLIENT_CLOSED_REASON } from '../core/errors/client-closed.js';
import { RefusedByCluster } from '../core/errors/refused-by-cluster.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import type { StreamQuota } from '../core/stream-quota.js';
import { answerError } from '../platform/http/answer-error.js';
import { KUBERNETES_PATH } from '../platform/http/domain/kubernetes-path.js';
import type { RefusalRecorder } from '../platform/http/refusal-recorder.js';
import { contextOf } from '../platform/http/request.js';
import { translateFrameworkError } from '../platform/http/translate-framework-error.js';
import { upgradeHeadOf } from '../platform/http/upgrade-requests.js';
import { refuseBadHandshake } from '../platform/http/web-socket-handshake.js';
import { publishedDocument } from './domain/published-document.js';
import {
  type ApiResourceRequest,
  type FacadeAnswer,
  type FacadeRequest,
  isStream,
} from './domain/facade.js';
import { readImpersonation } from './domain/impersonation-request.js';
import type { Impersonation } from './impersonation.js';
import type { KubectlService } from './kubectl.service.js';
import { readRequest } from './read-request.js';
import { sendList, type SendOptions, sendWatch, sendWhole } from './send-answer.js';
import { WatchSockets } from './watch-sockets.js';

export interface KubectlRoutesDependencies {
  readonly service: KubectlService;
  readonly refusals: Pick<RefusalRecorder, 'recorded'>;
  readonly terms: CredentialLifetimes;
  readonly watches: StreamQuota;
  readonly lists: StreamQuota;
  readonly descriptions: StreamQuota;
  /** Absent if nobody may act as another user. */
  readonly impersonation?: Impersonation | undefined;
  /** Aborts when the gateway begins to stop: streams end immediately. */
  readonly leaving: AbortSignal;
}

/**
 * Adds Kubernetes' own API at `/kubernetes`, by a separate plugin: bodies are bytes, and errors are
 * a `Status`. Nest does not see it; the hooks of every request do.
 */
export function addKubectlRoutes(
  instance: FastifyInstance,
  parts: KubectlRoutesDependencies,
): void {
  const sockets = new WatchSockets();
  void instance.register(async (facade) => {
    facade.setErrorHandler(async (thrown, request, reply) => {
      const error = await parts.refusals.recorded(request, translateFrameworkError(thrown));
      return answerRefusal(request, reply, error);
    });
    for (const url of [KUBERNETES_PATH, `${KUBERNETES_PATH}/*`]) {
      facade.route({
        method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
        url,
        bodyLimit: limits.kubectlBodyBytesMax,
        exposeHeadRoute: false,
        config: { action: 'kubectl.request' },
        handler: (request, reply) => answer({ ...parts, sockets }, request, reply),
      });
    }
  });
}

interface OpenParts extends KubectlRoutesDependencies {
  readonly sockets: WatchSockets;
}

async function answer(
  parts: OpenParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const read = readRequest(request);
  const asked = parts.impersonation && readImpersonation(request.raw.rawHeaders);
  const { api } = read;
  // A published document is equal for all users, and kubectl shows no refusal of it.
  if (asked && api.kind === 'resource') {
    request.callContext = await parts.impersonation.actAs(contextOf(request), asked);
  }
  if (api.kind === 'resource' && api.verb === 'watch') {
    await answerWatch(parts, request, reply, { ...read, api });
    return reply;
  }
  if (api.kind === 'resource' && api.verb === 'list') {
    await answerList(parts, request, reply, read);
    return reply;
  }
  if (api.kind === 'path' && publishedDocument(api.path) === 'description') {
    await answerDescription(parts, request, reply, read);
    return reply;
  }
  await send(reply, await parts.service.answer(contextOf(request), read), optionsOf(request));
  return reply;
}

async function send(reply: FastifyReply, given: FacadeAnswer, options: SendOptions): Promise<void> {
  if (isStream(given)) await sendList(reply, given, options);
  else sendWhole(reply, given, options);
}

/** Answers a list while its client is connected, within a quota: it uses a connection. */
async function answerList(
  parts: KubectlRoutesDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  read: FacadeRequest,
): Promise<void> {
  const place = parts.lists.take(contextOf(request));
  try {
    await send(reply, await answerWhileThere(parts, request, reply, read), optionsOf(request));
  } finally {
    place.release();
  }
}

/** Answers with a description within a quota and counts its bytes: all users may read it. */
async function answerDescription(
  parts: KubectlRoutesDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  read: FacadeRequest,
): Promise<void> {
  const place = parts.descriptions.take(contextOf(request));
  try {
    const given = await answerWhileThere(parts, request, reply, read);
    const { countAnswer } = contextOf(request);
    const isCounted = isStream(given) && countAnswer !== undefined;
    const sent = isCounted ? { ...given, chunks: counted(given.chunks, countAnswer) } : given;
    await send(reply, sent, optionsOf(request));
  } finally {
    place.release();
  }
}

function answerWhileThere(
  parts: KubectlRoutesDependencies,
  request: FastifyRequest,
  reply: FastifyReply,
  read: FacadeRequest,
): Promise<FacadeAnswer> {
  const caller = contextOf(request);
  const signal = AbortSignal.any([goneSignal(reply), ...(caller.signal ? [caller.signal] : [])]);
  // Refusals are looked up by this context.
  request.callContext = { ...caller, signal };
  return parts.service.answer(request.callContext, read);
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  count: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    count(chunk.byteLength);
    yield chunk;
  }
}

/** Returns a signal that aborts when the client has disconnected. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  const leave = (): void => gone.abort(CLIENT_CLOSED_REASON);
  if (reply.raw.destroyed) leave();
  else reply.raw.once('close', leave);
  return gone.signal;
}

/** Answers a watch while its client, its credential, its rights and the gateway last. */
async function answerWatch(
  parts: OpenParts,
  request: FastifyRequest,
  reply: FastifyReply,
  read: FacadeRequest<ApiResourceRequest>,
): Promise<void> {
  const caller = contextOf(request);
  const isUpgrade = upgradeHeadOf(request.raw) !== undefined;
  if (isUpgrade) refuseBadHandshake(request);
  const { impersonator = caller.principal } = caller;
  const place = parts.watches.take(caller, read.api);
  const term = parts.terms.hold(request, impersonator);
  const acting = parts.impersonation?.hold(caller);
  const ends = [parts.leaving, term.signal, goneSignal(reply), caller.signal, acting?.signal];
  const signal = AbortSignal.any(ends.filter((end) => end !== undefined));
  // Refusals are looked up by this context.
  request.callContext = { ...caller, signal };
  try {
    const given = await parts.service.answer(request.callContext, read);
    if (!isStream(given)) sendWhole(reply, given, optionsOf(request));
    else if (isUpgrade) await parts.sockets.send(request, reply, given);
    else await sendWatch(reply, given);
  } finally {
    acting?.release();
    term.release();
    place.release();
  }
}

function optionsOf(request: FastifyRequest): SendOptions {
  const { method, headers } = request;
  const takesGzip = /(^|[ ,])gzip(?! *; *q=0(\.0*)?( *,|$))/.test(
    String(headers['accept-encoding'] ?? ''),
  );
  const { countAnswer } = contextOf(request);
  return { takesGzip, isHeadOnly: method === 'HEAD', countAnswer };
}

function answerRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  error: SallyportError,
): FastifyReply {
  if (reply.raw.headersSent || reply.sent) {
    reply.raw.destroy();
    return reply;
  }
  if (error instanceof RefusedByCluster) {
    return sendWhole(reply, error.answer, { takesGzip: false, isHeadOnly: isHead(request) });
  }
  return answerError(request, reply, explainedCredential(request, error));
}

/** Explains an error: without TLS, kubectl and client-go silently send no credential. */
function explainedCredential(request: FastifyRequest, error: SallyportError): SallyportError {
  const isPlain = !(request.raw.socket instanceof TLSSocket);
  const isMissing = request.headers.authorization === undefined;
  if (error.code !== 'Unauthenticated' || !isPlain || !isMissing) return error;
  return new SallyportError(
    'Unauthenticated',
    'kubectl and client libraries send no credentials over plain http: use the https address ' +
      'of this gateway, as the kubeconfig of GET /v1/kubeconfig does',
    { headers: error.headers },
  );
}

function isHead({ method }: FastifyRequest): boolean {
  return method === 'HEAD';
}
