import { requestToken } from '../authn/token-request.js';
import { type ApiResult, plainResult } from './api-result.js';
import { decodeTokenRequest } from './token-request-body.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';

/** Handles POST on `serviceaccounts/NAME/token`. */
export function createSubresource(parts: ApiParts, request: ResourceRequest): ApiResult {
  const { namespace, name } = request;
  const body = decodeTokenRequest(parts, request);
  return plainResult(
    201,
    requestToken(
      body,
      { namespace, name },
      {
        tokens: parts.tokens,
        reader: parts.store,
      },
    ),
  );
}
