import { notFound } from '../model/api-status.js';
import type { KubeObject } from '../model/kube-object.js';
import { apiVersionOf } from '../model/resource-definition.js';
import { scaleOf } from '../registry/scale.js';
import { parseObject } from '../store/object-text.js';
import { servedText } from './served-text.js';
import { refuseFutureRevision } from './resource-version.js';
import { type ApiResult, objectResult, plainResult } from './api-result.js';
import { type ApiParts, type ResourceRequest, pathOfRequest } from './resource-request.js';

/** Returns the latest state of an object; throws 404, and 504 for a future resourceVersion. */
export function get({ store }: ApiParts, request: ResourceRequest): ApiResult {
  const { definition, name, query, subresource } = request;
  refuseFutureRevision(query, store.revision);
  const text = store.text(pathOfRequest(request));
  if (text === undefined) throw notFound(definition, name);
  if (subresource === 'scale') return plainResult(200, scaleOf(parseObject(text), definition));
  return objectResult(200, { text: servedText(text, definition) });
}

/** Returns the object as stored; throws 404. */
export function existing({ store }: ApiParts, request: ResourceRequest): KubeObject {
  const object = store.get(pathOfRequest(request));
  if (object === undefined) throw notFound(request.definition, request.name);
  return { ...object, apiVersion: apiVersionOf(request.definition) };
}
