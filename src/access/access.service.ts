import type { CallContext } from '../core/call-context.js';

/** Kubernetes' ResourceAttributes; `name` is a Secret's, `''` for a whole namespace. */
export interface ResourceRequest {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** `''` asks cluster-wide. */
  readonly namespace: string;
  readonly name: string;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** A decision that allowed, and which of the asked rights it was about. */
export interface Grant extends Decision {
  readonly allowed: true;
  readonly right: ResourceRequest;
}

/** The one place that asks Kubernetes whether a caller may do something. */
export abstract class AccessService {
  /** The same, noting the `Audit-ID` of each question it asks, for the event of the call. */
  abstract tracedBy(upstreamIds: string[]): AccessService;
  /** A decision about the caller's whole identity; `allowed` only where Kubernetes said true. */
  abstract decide(ctx: CallContext, request: ResourceRequest): Promise<Decision>;
  /**
   * Passes if one of the alternatives is allowed, asked in their order; otherwise throws Forbidden,
   * worded for the first as the API server words it.
   */
  abstract require(
    ctx: CallContext,
    ...alternatives: readonly [ResourceRequest, ...ResourceRequest[]]
  ): Promise<Grant>;
}
