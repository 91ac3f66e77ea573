import { SallyportError } from '../../core/errors/sallyport-error.js';

const SERVER_ERROR = 500;

/** Returns the outcome of a delivery that threw: refused, or failed at the gateway. */
export function outcomeOfError(error: unknown): 'refused' | 'failed' {
  const isRefusal = error instanceof SallyportError && error.status < SERVER_ERROR;
  return isRefusal ? 'refused' : 'failed';
}
