import type { SecretValue } from '../../../core/secret-value.js';
import type { SecretRef, StringMap } from '../secret.js';

/** One state of a Secret, as it is kept: what it is found by, and the object itself. */
export interface CachedSecret extends SecretRef {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly type: string;
  readonly labels: StringMap;
  /** Names of its keys, sorted; one list may be that of many. */
  readonly keys: readonly string[];
  /** As the API server answers a `get`: JSON in UTF-8, `kind` and `apiVersion` in front. */
  readonly document: SecretValue;
}
