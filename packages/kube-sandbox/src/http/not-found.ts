import { ApiStatusError } from '../model/api-status.js';

/** Error for the plain-text 404 of an unknown path, which clients recognize. */
export class PageNotFound extends Error {
  override readonly name = 'PageNotFound';

  constructor() {
    super('404 page not found\n');
  }
}

/** Returns the 404 of an unserved version, resource or path in a served group. */
export function resourceNotFound(): ApiStatusError {
  const message = 'the server could not find the requested resource';
  return new ApiStatusError(404, 'NotFound', message, {});
}
