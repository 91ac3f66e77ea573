import type { CallContext } from '../core/call-context.js';

/** Kubernetes' ResourceAttributes; `name` is a Secret's, `''` for a whole namespace. */
export interface ResourceRequest {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** `''` means cluster-wide. */
  readonly namespace: string;
  readonly name: string;
}

export interface Decision {
  readonly allowed: boolean;
  readonly reason: string;
}

/** Decision that allowed, and the right that it was about. */
export interface Grant extends Decision {
  readonly allowed: true;
  readonly right: ResourceRequest;
}

/** Single point that asks Kubernetes whether a caller may do something. */
export abstract class AccessService {
  /** Returns a service that adds the `Audit-ID` of each of its questions to the call's event. */
  abstract tracedBy(upstreamIds: string[]): AccessService;
  /** Decides about the caller's whole identity; `allowed` only if Kubernetes returned true. */
  abstract decide(ctx: CallContext, request: ResourceRequest): Promise<Decision>;
  /**
   * Passes if one of the alternatives is allowed, checked in their order. Otherwise throws
   * Forbidden, worded for the first alternative as the API server words it.
   */
  abstract require(
    ctx: CallContext,
    ...alternatives: readonly [ResourceRequest, ...ResourceRequest[]]
  ): Promise<Grant>;
}
