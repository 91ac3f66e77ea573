import { RefusedByCluster } from '../../../core/errors/refused-by-cluster.js';
import type { SallyportError } from '../../../core/errors/sallyport-error.js';
import { statusBody } from '../../../platform/http/domain/kube-status.js';
import { answerBytes } from './answer-json.js';

/**
 * A denial of the gateway's own about a Secret, or about all of a namespace where the name is `''`,
 * in the form in which the API server denies the same.
 */
export function deniedAnswer(denial: SallyportError, name: string): RefusedByCluster {
  const details = { ...(name !== '' && { name }), kind: 'secrets' };
  const body = answerBytes(statusBody(denial.status, 'Forbidden', denial.message, details));
  const headers = { 'content-type': 'application/json' };
  return new RefusedByCluster(denial, { status: denial.status, headers, body });
}
