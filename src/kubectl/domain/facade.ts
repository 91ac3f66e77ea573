import type { RawAnswer, RawRequest, RawStream } from '../../core/forwarding.js';
import type { KubeVerb } from './forward/forwarded.js';

/**
 * Request as an API server reads its path.
 * https://pkg.go.dev/k8s.io/apiserver/pkg/endpoints/request#RequestInfo
 */
export type ApiRequest = ApiResourceRequest | ApiPathRequest;

export interface ApiResourceRequest {
  readonly kind: 'resource';
  readonly verb: KubeVerb;
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  /** `''` if there is none; several are joined by slashes. */
  readonly subresource: string;
  /** `''` for all, or if the resource has none. */
  readonly namespace: string;
  /** From the path, else from a field selector `metadata.name=…`; `''` if neither names one. */
  readonly name: string;
}

/** Discovery, descriptions, the version: paths that name no object. */
export interface ApiPathRequest {
  readonly kind: 'path';
  /** Segments of the path, decoded. */
  readonly path: readonly string[];
}

export interface FacadeRequest<Api extends ApiRequest = ApiRequest> {
  readonly api: Api;
  /** Request to forward: its path and query are the ones from which `api` was read. */
  readonly raw: RawRequest;
}

export type FacadeAnswer = RawAnswer | RawStream;

export function isStream(answer: FacadeAnswer): answer is RawStream {
  return 'chunks' in answer;
}
