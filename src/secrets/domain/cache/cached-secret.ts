import type { SecretValue } from '../../../core/secret-value.js';
import type { SecretRef, StringMap } from '../secret.js';

/** Cached state of a Secret: its searchable fields, and the object itself. */
export interface CachedSecret extends SecretRef {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly labels: StringMap;
  /** Names of its keys, sorted; many states may share one list. */
  readonly keys: readonly string[];
  /** API server's answer to a `get`: JSON in UTF-8, `kind` and `apiVersion` first. */
  readonly document: SecretValue;
}
