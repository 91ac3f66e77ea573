import { reviewAccess } from '../reviews/access-reviews.js';
import { reviewRules } from '../reviews/rules-review.js';
import { reviewSelf } from '../reviews/self-subject-review.js';
import { reviewToken } from '../reviews/token-review.js';
import type { KubeObject } from '../model/kube-object.js';
import { type ApiResult, plainResult } from './api-result.js';
import { decodeBody } from './decode-body.js';
import { withManagedFields } from './object-write.js';
import { type ApiParts, type ResourceRequest, timestamp } from './resource-request.js';
import { writeOptions } from './write-options.js';

/** Reviews whose response has no managedFields. */
const selfReviews = new Set(['SelfSubjectReview', 'SelfSubjectRulesReview']);

/** Handles POST of a review: 201 with its status. */
export function review(parts: ApiParts, request: ResourceRequest): ApiResult {
  const options = writeOptions('CreateOptions', request.query, request.userAgent);
  const { object } = decodeBody(parts, request, options.fieldValidation);
  const objects = { old: undefined, updated: object };
  const owned = selfReviews.has(request.definition.kind)
    ? object
    : withManagedFields(parts, request, objects, options);
  return plainResult(201, answer(parts, request, owned));
}

function answer(parts: ApiParts, request: ResourceRequest, object: KubeObject): KubeObject {
  const { user, namespace, definition } = request;
  const { kind } = definition;
  switch (kind) {
    case 'SubjectAccessReview':
    case 'SelfSubjectAccessReview':
    case 'LocalSubjectAccessReview':
      return reviewAccess(kind, object, user, namespace, parts.authorizer);
    case 'TokenReview':
      return reviewToken(object, parts.tokens);
    case 'SelfSubjectReview':
      return reviewSelf(user, timestamp(parts.nowMs()));
    default:
      return reviewRules(object, user, parts.authorizer);
  }
}
