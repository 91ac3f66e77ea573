export interface CallOptions {
  /** Ends the call; it then rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Why; the audit event and the version contain it. */
  readonly reason?: string | undefined;
}

export interface ReadOptions extends CallOptions {
  /** `strong` reads the cluster, `cached` (the default) the cache of the gateway. */
  readonly consistency?: 'cached' | 'strong' | undefined;
}

export interface VersionReadOptions extends ReadOptions {
  /** A version in place of the present state: its number or an alias. */
  readonly version?: string | number | undefined;
}

export interface FormatOptions extends VersionReadOptions {
  readonly format: 'json' | 'env' | 'dotenv' | 'docker' | 'yaml' | 'properties';
  /** Keys as names of variables, in upper case. */
  readonly names?: 'upper' | undefined;
}

export interface WriteOptions extends CallOptions {
  /** Checks everything and changes nothing. */
  readonly dryRun?: boolean | undefined;
  /** Replaces the key that the client makes for each call. */
  readonly idempotencyKey?: string | undefined;
}

export interface ConditionalWriteOptions extends WriteOptions {
  /** Writes only if the present state has this entity tag; else `Conflict`. */
  readonly ifMatch?: string | undefined;
}

export interface PutOptions extends ConditionalWriteOptions {
  /** Creates, and never replaces; else `AlreadyExists`. */
  readonly onlyNew?: boolean | undefined;
}

export interface ListOptions extends CallOptions {
  /** Entries of a page. */
  readonly limit?: number | undefined;
}

export interface SecretListOptions extends ListOptions {
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly consistency?: 'cached' | 'strong' | undefined;
}

/** Returns the members of a request that options of a write ask for. */
export function writeRequest(options: PutOptions) {
  const { ifMatch, onlyNew, idempotencyKey, reason, signal } = options;
  const headers = { 'if-match': ifMatch, 'if-none-match': onlyNew === true ? '*' : undefined };
  return { headers, reason, signal, idempotencyKey: idempotencyKey ?? crypto.randomUUID() };
}

export function dryRunOf({ dryRun }: WriteOptions): { readonly dryRun: 'All' | undefined } {
  return { dryRun: dryRun === true ? 'All' : undefined };
}
