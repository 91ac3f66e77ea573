import type { RawAnswer, RawRequest, RawStream } from '../../core/forwarding.js';
import type { KubeVerb } from './forward/forwarded.js';

/**
 * A request as an API server understands its path.
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
  /** `''` where there is none; several are joined by slashes. */
  readonly subresource: string;
  /** `''` for all, or where the resource has none. */
  readonly namespace: string;
  /** From the path, else from a field selector `metadata.name=…`; `''` where neither names one. */
  readonly name: string;
}

/** Discovery, descriptions, the version: whatever names no object. */
export interface ApiPathRequest {
  readonly kind: 'path';
  /** Segments of the path, decoded. */
  readonly path: readonly string[];
}

export interface FacadeRequest<Api extends ApiRequest = ApiRequest> {
  readonly api: Api;
  /** What goes on where it is forwarded: path and query stand in it as `api` was read from them. */
  readonly raw: RawRequest;
}

export type FacadeAnswer = RawAnswer | RawStream;

export function isStream(answer: FacadeAnswer): answer is RawStream {
  return 'chunks' in answer;
}
