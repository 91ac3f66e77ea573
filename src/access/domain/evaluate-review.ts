import type { Decision } from '../access.service.js';

/**
 * Returns the decision in a SubjectAccessReview's answer. Undefined if it contains none, or if an
 * authorizer failed and none allowed (the API server itself would return 500 then).
 */
export function evaluateReview(review: Readonly<Record<string, unknown>>): Decision | undefined {
  const { status } = review;
  if (typeof status !== 'object' || status === null) return undefined;
  const { allowed, denied, reason, evaluationError }: ReviewStatus = status;
  if (typeof allowed !== 'boolean') return undefined;
  const text = typeof reason === 'string' ? reason : '';
  if (allowed && (denied === undefined || denied === false)) {
    return { allowed: true, reason: text };
  }
  if (typeof evaluationError === 'string' && evaluationError !== '') return undefined;
  return { allowed: false, reason: text };
}

interface ReviewStatus {
  readonly allowed?: unknown;
  readonly denied?: unknown;
  readonly reason?: unknown;
  readonly evaluationError?: unknown;
}
