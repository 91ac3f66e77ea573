import { Inject, Injectable } from '@nestjs/common';
import {
  type RawAnswer,
  type RawCall,
  type RawRequest,
  type RawStream,
  RawUpstream,
} from '../core/forwarding.js';
import { limits } from '../core/limits.js';
import { CallerKubeClient } from './caller-kube.client.js';
import type { KubeCall } from './kube-call.js';
import { SelfKubeClient } from './self-kube.client.js';

/** Requests of the façade at the API server: as the caller, or as the gateway itself. */
@Injectable()
export class KubeRawUpstream extends RawUpstream {
  readonly #caller: Pick<CallerKubeClient, 'forward' | 'open'>;
  readonly #self: Pick<SelfKubeClient, 'forward' | 'open'>;

  constructor(
    @Inject(CallerKubeClient) caller: Pick<CallerKubeClient, 'forward' | 'open'>,
    @Inject(SelfKubeClient) self: Pick<SelfKubeClient, 'forward' | 'open'>,
  ) {
    super();
    this.#caller = caller;
    this.#self = self;
  }

  override send(call: RawCall, request: RawRequest): Promise<RawAnswer> {
    const effect = request.method === 'GET' ? 'none' : 'write';
    const traced: KubeCall = { ...tracedCall(call, request), effect };
    if (call.as === 'self') return this.#self.forward(traced);
    return this.#caller.forward(call.ctx.principal, traced);
  }

  override open(call: RawCall, request: RawRequest): Promise<RawStream> {
    const timeoutMs = call.timeoutMs ?? limits.kubectlListMsMax;
    const traced = {
      ...tracedCall(call, request),
      effect: 'none',
      timeoutMs,
      isForwarded: true,
    } as const;
    if (call.as === 'self') return this.#self.open(traced);
    return this.#caller.open(call.ctx.principal, traced);
  }
}

function tracedCall({ ctx, as, trace, signal }: RawCall, request: RawRequest) {
  const { method, path, query, accept, contentType, body, conditions } = request;
  trace.plane = as;
  return {
    method,
    path,
    accept,
    parameters: query,
    signal: signal ?? ctx.signal,
    ...(contentType === undefined ? {} : { contentType }),
    ...(body === undefined ? {} : { rawBody: body }),
    ...(conditions === undefined ? {} : { conditions }),
    onUpstreamId: (id: string) => void trace.upstreamIds.push(id),
  };
}
