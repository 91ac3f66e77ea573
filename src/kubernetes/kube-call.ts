export type KubeMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One call of the Kubernetes API, without any identity: the clients add theirs. */
export interface KubeCall {
  readonly method: KubeMethod;
  /** Unencoded; each is percent-encoded on its own. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** The same, of which one may come more than once. */
  readonly parameters?: readonly (readonly [name: string, value: string])[];
  readonly body?: unknown;
  /** In place of `body`: bytes that are sent as they are. */
  readonly rawBody?: Buffer;
  /** Further header fields, in lower case. */
  readonly conditions?: Readonly<Record<string, string>>;
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
  /** A stream for a client, which may hold it up: beside those that the gateway itself needs. */
  readonly isForwarded?: true;
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
