import { SallyportError } from './sallyport-error.js';

/** Ids of the response that a body is of. */
export interface BodyIds {
  readonly requestId?: string | undefined;
  readonly auditId?: string | undefined;
}

/**
 * Parses a body as the type of its operation. Throws `InvalidResponse` without a part of the body,
 * which may contain values.
 */
export function parsedBody<T>(bytes: Uint8Array, ids: BodyIds = {}): T {
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as T;
  } catch {
    throw new SallyportError('InvalidResponse', 'the response is not JSON', ids);
  }
}
