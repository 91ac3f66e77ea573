import { ApiStatusError } from '../model/api-status.js';
import type { ApiResult } from './api-result.js';
import { create } from './create.js';
import { createSubresource } from './create-subresource.js';
import { deleteCollection, deleteOne } from './delete.js';
import { get } from './get.js';
import { list } from './list.js';
import { patch } from './patch.js';
import type { ApiParts, ResourceRequest } from './resource-request.js';
import { review } from './review.js';
import { isReview } from './review-kinds.js';
import { update } from './update.js';

type Verb = (parts: ApiParts, request: ResourceRequest) => ApiResult;

const verbs: Readonly<Record<string, Verb>> = {
  get,
  list,
  create,
  update,
  patch,
  delete: deleteOne,
  deletecollection: deleteCollection,
};

/** Verbs of each subresource. */
export const subresourceVerbs: Readonly<Record<string, readonly string[]>> = {
  status: ['get', 'update', 'patch'],
  scale: ['get', 'update', 'patch'],
  token: ['create'],
};

/** Executes every verb except watch; throws ApiStatusError. */
export function dispatch(parts: ApiParts, verb: string, request: ResourceRequest): ApiResult {
  const { definition, subresource } = request;
  const allowed = subresource === '' ? definition.verbs : (subresourceVerbs[subresource] ?? []);
  const run = verbs[verb];
  if (!run || !allowed.includes(verb)) throw methodNotAllowed();
  if (subresource === 'token') return createSubresource(parts, request);
  if (isReview(definition)) return review(parts, request);
  return run(parts, request);
}

/** Returns the 405 of a route without that method. */
export function methodNotAllowed(): ApiStatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiStatusError(405, 'MethodNotAllowed', message, {});
}
