import { ApiStatusError } from '../model/api-status.js';

/** Answered as text: 404 of a path that nothing knows, which is what clients look for. */
export class PageNotFound extends Error {
  override readonly name = 'PageNotFound';

  constructor() {
    super('404 page not found\n');
  }
}

/** 404 of a group that is served, for a version, resource or path of it that is not. */
export function resourceNotFound(): ApiStatusError {
  const message = 'the server could not find the requested resource';
  return new ApiStatusError(404, 'NotFound', message, {});
}
