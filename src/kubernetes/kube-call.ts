export type KubeMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Call of the Kubernetes API, without any identity: the clients add theirs. */
export interface KubeCall {
  readonly method: KubeMethod;
  /** Unencoded segments; each is percent-encoded separately. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Parameters of which one may come more than once. */
  readonly parameters?: readonly (readonly [name: string, value: string])[];
  readonly body?: unknown;
  /** Bytes that are sent unchanged instead of `body`. */
  readonly rawBody?: Buffer;
  /** Further header fields, in lower case. */
  readonly conditions?: Readonly<Record<string, string>>;
  readonly contentType?: string;
  /** Form of the answer other than `application/json`. */
  readonly accept?: string;
  /** `none` if nothing changes whatever happens: reads, reviews, dry runs. */
  readonly effect: 'none' | 'write';
  /** Ends a call without effect; a write that has begun runs to its end. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly responseBytesMax?: number;
  /** Returns each request's `Audit-ID` if it is already recorded; absent: a new one. */
  readonly nextUpstreamId?: () => Promise<string>;
  /** Called with the `Audit-ID` of each request before the request is sent. */
  readonly onUpstreamId?: (id: string) => void;
  /** Stream for a client that may block it: separate from streams that the gateway needs. */
  readonly isForwarded?: true;
}

export interface KubeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Answer whose body is still arriving; a refusal is complete and has no chunks. */
export interface KubeStreamAnswer extends KubeAnswer {
  readonly chunks: AsyncIterable<Buffer>;
}
