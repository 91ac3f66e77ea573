import type { RawRequest } from '../../../core/forwarding.js';

/** Kubernetes' verbs, as in its authorizers. */
export type KubeVerb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete'
  | 'deletecollection';

/** Request on Secrets that is forwarded unchanged. */
export interface ForwardedRequest {
  readonly verb: KubeVerb;
  /** `''` for all namespaces. */
  readonly namespace: string;
  /** `''` if the path names none. */
  readonly name: string;
  readonly raw: RawRequest;
}

/** Facts about a Secret that one object of a response reveals. */
export interface ShownSecret {
  readonly namespace: string;
  readonly name: string;
  /** Sorted names of keys with values: in data, or in the last applied configuration. */
  readonly keys: readonly string[];
}
