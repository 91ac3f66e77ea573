export interface CallOptions {
  /** Ends the call; it then rejects with the reason of the signal. */
  readonly signal?: AbortSignal;
  /** Why; the audit event and the version contain it. */
  readonly reason?: string;
}

export interface ReadOptions extends CallOptions {
  /** `strong` reads the cluster, `cached` (the default) the cache of the gateway. */
  readonly consistency?: 'cached' | 'strong';
}

export interface VersionReadOptions extends ReadOptions {
  /** A version in place of the present state: its number or an alias. */
  readonly version?: string | number;
}

export interface WriteOptions extends CallOptions {
  /** Writes only if the present state has this entity tag; else `Conflict`. */
  readonly ifMatch?: string;
  /** Checks everything and changes nothing. */
  readonly dryRun?: boolean;
  /** Replaces the key that the client makes for each call. */
  readonly idempotencyKey?: string;
}

export interface CreateOptions extends WriteOptions {
  /** Creates, and never replaces; else `AlreadyExists`. */
  readonly onlyNew?: boolean;
}

export interface ListOptions extends CallOptions {
  /** Entries of a page. */
  readonly limit?: number;
}

export interface SecretListOptions extends ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly consistency?: 'cached' | 'strong';
}

/** Returns the headers that options ask for. */
export function headersOf({ reason }: CallOptions): Record<string, string | undefined> {
  return { 'x-change-reason': reason };
}

export function writeHeadersOf(options: CreateOptions): Record<string, string | undefined> {
  const { ifMatch, onlyNew } = options;
  return {
    ...headersOf(options),
    'if-match': ifMatch,
    'if-none-match': onlyNew === true ? '*' : undefined,
  };
}

export function dryRunOf({ dryRun }: WriteOptions): { readonly dryRun: 'All' | undefined } {
  return { dryRun: dryRun === true ? 'All' : undefined };
}

export function idempotencyKeyOf({ idempotencyKey }: WriteOptions): string {
  return idempotencyKey ?? crypto.randomUUID();
}
