/** Facts of a response besides its body. */
export interface ResponseFacts {
  /** Entity tag of the state; for `ifMatch`. */
  readonly etag: string | undefined;
  readonly requestId: string | undefined;
  /** Id of the audit event of the request. */
  readonly auditId: string | undefined;
  /** Whether an earlier request with the same Idempotency-Key had this response. */
  readonly isReplayed: boolean;
}

export type Received<T> = ResponseFacts & { readonly content: T };

export function received<T>({ headers }: Response, content: T): Received<T> {
  return {
    content,
    etag: headers.get('etag') ?? undefined,
    requestId: headers.get('x-request-id') ?? undefined,
    auditId: headers.get('audit-id') ?? undefined,
    isReplayed: headers.get('idempotent-replayed') === 'true',
  };
}
