import { Buffer } from 'node:buffer';
import { goQuote } from '../../access/domain/go-quote.js';
import { RefusedByCluster } from '../../core/errors/refused-by-cluster.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import { statusBody } from '../../platform/http/domain/kube-status.js';
import type { ApiResourceRequest } from './facade.js';

/** Returns 406, which the gateway's own errors do not have, as the API server words it. */
export function notAcceptable(): RefusedByCluster {
  const message = 'only the following media types are accepted: application/json';
  const body = statusBody(406, 'NotAcceptable', message, {});
  return new RefusedByCluster(new SallyportError('UnsupportedMediaType', message), {
    status: 406,
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  });
}

/** Returns 403 for requests that the gateway never serves; begins like the API server's. */
export function refusal(api: ApiResourceRequest, sentence: string): SallyportError {
  const qualified = api.group === '' ? api.resource : `${api.resource}.${api.group}`;
  const subject = api.name === '' ? qualified : `${qualified} ${goQuote(api.name)}`;
  return new SallyportError('Forbidden', `${subject} is forbidden: ${sentence}`);
}
