import type { RawRequest } from '../../../core/forwarding.js';

/** Kubernetes' verbs, as its authorizers take them. */
export type KubeVerb =
  'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** A request on Secrets that goes on as it is. */
export interface ForwardedRequest {
  readonly verb: KubeVerb;
  /** `''` for all of them. */
  readonly namespace: string;
  /** `''` where the path names none. */
  readonly name: string;
  readonly raw: RawRequest;
}

/** What one object of an answer tells about a Secret. */
export interface ShownSecret {
  readonly namespace: string;
  readonly name: string;
  /** Names of keys whose values it holds, sorted: in data, or in the last applied configuration. */
  readonly keys: readonly string[];
}
