import type { CallContext } from './call-context.js';

export type QueryParameter = readonly [name: string, value: string];

/** A request of the Kubernetes API as its client made it, without any identity. */
export interface RawRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Unencoded; each is percent-encoded on its own. */
  readonly path: readonly string[];
  /** In their order; a name may come more than once. */
  readonly query: readonly QueryParameter[];
  readonly accept: string;
  readonly contentType?: string;
  /** The bytes as they came. */
  readonly body?: Buffer;
  /** Header fields that go on as they are, in lower case: of what the cluster publishes alone. */
  readonly conditions?: Readonly<Record<string, string>>;
}

/** The same without some of its parameters. */
export function withoutParameters(request: RawRequest, names: readonly string[]): RawRequest {
  return { ...request, query: request.query.filter(([name]) => !names.includes(name)) };
}

export interface RawHead {
  readonly status: number;
  /** In lower case; only those that a client is told. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RawAnswer extends RawHead {
  readonly body: Buffer;
}

/** An answer whose body is still coming; its end ends what stands behind it. */
export interface RawStream extends RawHead {
  readonly chunks: AsyncIterable<Buffer>;
  /** Aborts when it is to end, also where nobody reads on. */
  readonly end?: AbortSignal;
}

/** What is learned while a request is forwarded, for the audit event of the call. */
export interface ForwardTrace {
  plane: 'caller' | 'broker' | 'self' | 'none';
  readonly upstreamIds: string[];
}

export interface RawCall {
  readonly ctx: CallContext;
  /** The caller himself; or the gateway, for what it may tell everybody or has decided about. */
  readonly as: 'caller' | 'self';
  readonly trace: ForwardTrace;
  /** Ends a call without effect, and a stream; in place of that of `ctx`. */
  readonly signal?: AbortSignal;
  /** Of a stream: when it is ended at the latest. */
  readonly timeoutMs?: number;
}

/** Requests that go to the API server as they are. */
export abstract class RawUpstream {
  /**
   * The whole answer, of any status below 400. Throws RefusedByCluster for what the API server
   * refused in its own words; SallyportError for the rest: Unavailable, Timeout, OutcomeUnknown
   * where a write may have happened.
   */
  abstract send(call: RawCall, request: RawRequest): Promise<RawAnswer>;
  /** The head of an answer and its bytes as they come; throws as a read by `send` does. */
  abstract open(call: RawCall, request: RawRequest): Promise<RawStream>;
}
