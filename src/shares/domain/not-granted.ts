import { invalidAt, SallyportError } from '../../core/errors/sallyport-error.js';

/**
 * Returns the one error for an import that is absent, and for one to which nothing is granted. A
 * consumer cannot tell an absent share from one that was not offered, has expired or was revoked.
 */
export function notGranted({ name }: { readonly name: string }, internal: string): SallyportError {
  const message = `the import "${name}" is not there, or nothing is granted to it`;
  return new SallyportError('NotFound', message, { internal });
}

/** Returns the error for a consumer that a share does not name. */
export function notOffered(namespace: string): SallyportError {
  return invalidAt('/namespace', `the share does not name the namespace ${namespace}`);
}
