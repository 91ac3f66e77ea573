import { RefusedByCluster } from '../../../core/errors/refused-by-cluster.js';
import type { SallyportError } from '../../../core/errors/sallyport-error.js';
import { statusBody } from '../../../platform/http/domain/kube-status.js';
import { answerBytes } from './answer-json.js';

/**
 * Returns the gateway's denial for a Secret, or for all Secrets of a namespace if the name is `''`.
 * It has the form of the API server's denials.
 */
export function deniedAnswer(denial: SallyportError, name: string): RefusedByCluster {
  const details = { ...(name !== '' && { name }), kind: 'secrets' };
  const body = answerBytes(statusBody(denial.status, 'Forbidden', denial.message, details));
  const headers = { 'content-type': 'application/json' };
  return new RefusedByCluster(denial, { status: denial.status, headers, body });
}
