import type { CallContext } from './call-context.js';

export type QueryParameter = readonly [name: string, value: string];

/** A request of the Kubernetes API as its client made it, without any identity. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Unencoded; each segment is percent-encoded separately. */
  readonly path: readonly string[];
  /** In request order; a name may occur more than once. */
  readonly query: readonly QueryParameter[];
  readonly accept: string;
  readonly contentType?: string;
  /** The bytes as received. */
  readonly body?: Buffer;
  /** Header fields to forward unchanged, in lower case; only for what the cluster publishes. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** Returns the request without the named parameters. */
export function withoutParameters(request: RawRequest, names: readonly string[]): RawRequest {
  return { ...request, query: request.query.filter(([name]) => !names.includes(name)) };
}

export interface RawHead {
  readonly status: number;
  /** In lower case; only fields that a client may receive. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RawAnswer extends RawHead {
  readonly body: Buffer;
}

/** Response whose body is still arriving; its end ends the upstream request. */
export interface RawStream extends RawHead {
  readonly chunks: AsyncIterable<Buffer>;
  /** Aborts when the stream must end, even if nothing reads it. */
  readonly end?: AbortSignal;
}

/** Facts collected while a request is forwarded, for the audit event of the call. */
export interface ForwardTrace {
  plane: 'caller' | 'broker' | 'self' | 'none';
  readonly upstreamIds: string[];
}

export interface RawCall {
  readonly ctx: CallContext;
  /** The caller; or the gateway, for what is public or what the gateway has authorized itself. */
  readonly as: 'caller' | 'self';
  readonly trace: ForwardTrace;
  /** Ends a call without effect, and a stream; replaces the signal of `ctx`. */
  readonly signal?: AbortSignal;
  /** Time after which a stream is ended at the latest. */
  readonly timeoutMs?: number;
}

/** Requests that the gateway sends to the API server unchanged. */
export abstract class RawUpstream {
  /**
   * Sends a request and returns the whole response of any status below 400. Throws RefusedByCluster
   * if the API server refused in its own words. Otherwise throws SallyportError: Unavailable,
   * Timeout, or OutcomeUnknown if a write may have happened.
   */
  abstract send(call: RawCall, request: RawRequest): Promise<RawAnswer>;
  /** Returns the response head and its bytes as they arrive; throws as a read by `send` does. */
  abstract open(call: RawCall, request: RawRequest): Promise<RawStream>;
}
