import type { AccessService } from '../access/access.service.js';
import { showsNamespace } from '../access/domain/scope-refusal.js';
import type { AuthorizationMonitor } from '../access/authorization-monitor.service.js';
import type { CallRunner } from '../calls/call-runner.service.js';
import { answeredStream } from '../core/answered-stream.js';
import type { CallContext } from '../core/call-context.js';
import { SallyportError } from '../core/errors/sallyport-error.js';
import {
  type RawCall,
  type RawRequest,
  type RawStream,
  type RawUpstream,
  withoutParameters,
} from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { listParts } from './domain/forward/list-parts.js';
import { ListView } from './domain/forward/list-view.js';
import { watchFrames } from './domain/forward/watch-frames.js';
import type { ApiResourceRequest, FacadeAnswer, FacadeRequest } from './domain/facade.js';
import { NamespaceEvents } from './domain/namespace-events.js';

export interface NamespaceViewDependencies {
  readonly calls: Pick<CallRunner, 'read'>;
  readonly access: AccessService;
  readonly upstream: RawUpstream;
  readonly standing: Pick<AuthorizationMonitor, 'stream'>;
}

type NamespaceRequest = FacadeRequest<ApiResourceRequest>;
type ShowsNamespace = (name: string) => boolean;
/** Filters an answer for a token that is limited to some namespaces. */
type Narrowed = (chunks: AsyncIterable<Buffer>, shows: ShowsNamespace) => AsyncIterable<Buffer>;

/** Pages of a list, and rows without their objects, cannot be filtered. */
const droppedParameters: readonly string[] = ['limit', 'continue', 'includeObject'];

/**
 * Namespaces as in the cluster. The gateway reads them itself after it has checked the caller's
 * right, so that it needs no right to impersonate for them.
 */
export class NamespaceViews {
  readonly #parts: NamespaceViewDependencies;

  constructor(parts: NamespaceViewDependencies) {
    this.#parts = parts;
  }

  /**
   * Gets, lists and watches. Throws Forbidden in the API server's words if the caller has no right,
   * or if the token's scope excludes it. Throws MethodNotAllowed for all changes.
   */
  async answer(ctx: CallContext, request: NamespaceRequest): Promise<FacadeAnswer> {
    const { upstream } = this.#parts;
    switch (request.api.verb) {
      case 'get':
        return this.#read(ctx, request, (call) => upstream.send(call, request.raw));
      case 'list':
        return answeredStream(ctx, (signal) =>
          this.#read(ctx, request, (call) => this.#open({ ...call, signal }, request.raw, listed)),
        );
      case 'watch':
        return this.#watch(ctx, request);
      default:
        throw new SallyportError('MethodNotAllowed', 'namespaces can only be read here');
    }
  }

  #read<T>(
    ctx: CallContext,
    { api }: NamespaceRequest,
    effect: (call: RawCall) => Promise<T>,
  ): Promise<T> {
    const { verb, name } = api;
    const place = verb === 'get' ? { namespace: name } : {};
    const object = { verb, group: '', version: 'v1', resource: 'namespaces', name };
    const facts = { action: 'namespaces.list', ...place, object } as const;
    return this.#parts.calls.read(ctx, facts, async (trace) => {
      trace.plane = 'self';
      const access = this.#parts.access.tracedBy(trace.upstreamIds);
      const { reason } = await access.require(ctx, rightTo(api));
      trace.decisionReason = reason;
      return effect({ ctx, as: 'self', trace });
    });
  }

  #watch(ctx: CallContext, request: NamespaceRequest): Promise<RawStream> {
    return this.#parts.standing.stream(ctx, rightTo(request.api), (end) =>
      this.#read(ctx, request, (call) => this.#open({ ...call, ...end }, request.raw, watched)),
    );
  }

  async #open(call: RawCall, raw: RawRequest, narrowed: Narrowed): Promise<RawStream> {
    const shows = narrowing(call.ctx);
    const answer = await this.#parts.upstream.open(
      call,
      shows ? withoutParameters(raw, droppedParameters) : raw,
    );
    return shows ? { ...answer, chunks: narrowed(answer.chunks, shows) } : answer;
  }
}

/** Returns the right: the API server checks one namespace as if it was inside itself. */
function rightTo({ verb, name }: ApiResourceRequest) {
  const namespace = verb === 'get' ? name : '';
  return { verb, group: '', resource: 'namespaces', namespace, name };
}

/** Returns a filter of the token's namespaces; undefined if it is not limited. */
function narrowing({ principal: { scope } }: CallContext): ShowsNamespace | undefined {
  if (scope?.namespaces === undefined) return undefined;
  return (name) => showsNamespace(scope, name);
}

async function* listed(
  chunks: AsyncIterable<Buffer>,
  shows: ShowsNamespace,
): AsyncGenerator<Buffer> {
  const view = new ListView({ hasValues: true, shows: (_namespace, name) => shows(name) });
  for await (const parts of listParts(chunks, limits.kubectlObjectBytesMax)) {
    yield Buffer.concat(parts.map((part) => view.take(part).bytes));
  }
}

async function* watched(
  chunks: AsyncIterable<Buffer>,
  shows: ShowsNamespace,
): AsyncGenerator<Buffer> {
  const events = new NamespaceEvents(shows);
  for await (const frames of watchFrames(chunks, limits.kubectlObjectBytesMax)) {
    const bytes = Buffer.concat(frames.map((frame) => events.take(frame)));
    if (bytes.byteLength > 0) yield bytes;
  }
}
