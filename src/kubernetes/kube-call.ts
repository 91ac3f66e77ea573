export type KubeMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the Kubernetes API, without any identity: the clients add theirs. */
export interface KubeCall {
  readonly method: KubeMethod;
  /** Unencoded; each is percent-encoded on its own. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** Another form of the answer than `application/json`. */
  readonly accept?: string;
  /** `none` where nothing changes whatever happens: reads, reviews, dry runs. */
  readonly effect: 'none' | 'write';
  /** Ends a call without effect; a write that has begun runs to its end. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
  readonly responseBytesMax?: number;
  /** The `Audit-ID` of each request, where it is on record already; else there is a new one. */
  readonly nextUpstreamId?: () => Promise<string>;
  /** Told the `Audit-ID` of each request before it leaves. */
  readonly onUpstreamId?: (id: string) => void;
}

export interface KubeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** An answer whose body is still coming; for a refusal it is whole and there are no chunks. */
export interface KubeStreamAnswer extends KubeAnswer {
  readonly chunks: AsyncIterable<Buffer>;
}
