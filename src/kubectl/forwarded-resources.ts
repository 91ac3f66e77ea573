import type { AuthorizationMonitor } from '../access/authorization-monitor.service.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { CallOutcome, type CallTrace } from '../calls/domain/call-trace.js';
import type { CallRunner } from '../calls/call-runner.service.js';
import type { AuditFacts } from '../audit/domain/audit-event.js';
import { answeredStream } from '../core/answered-stream.js';
import type { CallContext } from '../core/call-context.js';
import type { RawStream, RawUpstream } from '../core/forwarding.js';
import { isDryRun, writtenName } from './domain/forward/sent-write.js';
import type { ApiResourceRequest, FacadeAnswer, FacadeRequest } from './domain/facade.js';
import { customResourceFacts, resourceFacts } from './domain/resource-facts.js';
import { clusterResources, type CustomRoute } from './domain/served-resources.js';
import { virtualGroup } from './domain/virtual-resources.js';

export interface ForwardedResourcesDependencies {
  readonly calls: CallRunner;
  readonly served: ServedNamespaces;
  readonly upstream: RawUpstream;
  readonly standing: Pick<AuthorizationMonitor, 'stream'>;
}

/** Custom resources, and resources that an installation forwards besides Secrets: as the caller. */
export class ForwardedResources {
  readonly #parts: ForwardedResourcesDependencies;

  constructor(parts: ForwardedResourcesDependencies) {
    this.#parts = parts;
  }

  custom(
    ctx: CallContext,
    route: CustomRoute,
    request: FacadeRequest<ApiResourceRequest>,
  ): Promise<FacadeAnswer> {
    const { api, raw } = request;
    const name = writtenName({ ...api, raw }, undefined);
    return this.#answer(ctx, request, customResourceFacts(route, api, name));
  }

  others(ctx: CallContext, request: FacadeRequest<ApiResourceRequest>): Promise<FacadeAnswer> {
    return this.#answer(ctx, request, resourceFacts(request.api));
  }

  /** Records that a request was refused, and throws the refusal. */
  refuse(ctx: CallContext, api: ApiResourceRequest, refusal: unknown): Promise<never> {
    return this.#parts.calls.read(ctx, resourceFacts(api), async () => {
      throw refusal;
    });
  }

  async #answer(
    ctx: CallContext,
    request: FacadeRequest<ApiResourceRequest>,
    facts: AuditFacts,
  ): Promise<FacadeAnswer> {
    const { verb } = request.api;
    if (verb === 'watch') return this.#watch(ctx, request, facts);
    if (verb === 'list') return this.#list(ctx, request, facts);
    const effect = async (trace: CallTrace): Promise<CallOutcome<FacadeAnswer>> => {
      this.#requireReachable(request.api);
      const call = { ctx, as: 'caller', trace } as const;
      const answer = await this.#parts.upstream.send(call, request.raw);
      return new CallOutcome<FacadeAnswer>(answer, { forwardedStatus: answer.status });
    };
    const { calls } = this.#parts;
    if (verb === 'get') return calls.read(ctx, facts, effect);
    return calls.write(ctx, { ...facts, ...(isDryRun(request.raw) && { dryRun: true }) }, effect);
  }

  #list(
    ctx: CallContext,
    { api, raw }: FacadeRequest<ApiResourceRequest>,
    facts: AuditFacts,
  ): Promise<RawStream> {
    const { calls, upstream } = this.#parts;
    return answeredStream(ctx, (signal) =>
      calls.read(ctx, facts, (trace) => {
        this.#requireReachable(api);
        return upstream.open({ ctx, as: 'caller', trace, signal }, raw);
      }),
    );
  }

  #watch(
    ctx: CallContext,
    { api, raw }: FacadeRequest<ApiResourceRequest>,
    facts: AuditFacts,
  ): Promise<RawStream> {
    const { calls, standing, upstream } = this.#parts;
    const { group, resource, namespace, name, verb } = api;
    const right = { verb, group, resource, namespace, name };
    return standing.stream(ctx, right, (end) =>
      calls.read(ctx, facts, (trace) => {
        this.#requireReachable(api);
        return upstream.open({ ctx, as: 'caller', trace, ...end }, raw);
      }),
    );
  }

  #requireReachable({ group, namespace, resource }: ApiResourceRequest): void {
    if (group === virtualGroup && clusterResources.has(resource)) return;
    if (namespace === '') this.#parts.served.requireAllReachable();
    else this.#parts.served.requireReachable(namespace);
  }
}
