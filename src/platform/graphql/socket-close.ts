import type { ErrorCode } from '../../core/errors/error-table.js';
import type { SallyportError } from '../../core/errors/sallyport-error.js';

/** The only texts in close frames; codes of RFC 6455 and of graphql-transport-ws. */
export const closeReasons = {
  1001: 'going away',
  1011: 'internal error',
  1013: 'try again later',
  4400: 'bad request',
  4401: 'unauthorized',
  4403: 'forbidden',
  4406: 'subprotocol not acceptable',
  4408: 'connection initialisation timeout',
  4409: 'subscriber already exists',
  4429: 'too many initialisation requests',
} as const;

export type CloseCode = keyof typeof closeReasons;

const byError: Partial<Record<ErrorCode, CloseCode>> = {
  BadRequest: 4400,
  Unauthenticated: 4401,
  Forbidden: 4403,
  TooManyRequests: 1013,
  Unavailable: 1013,
  Timeout: 1013,
};

/** Returns the close code of a connection that this error ends. */
export function closeCodeOf({ code }: SallyportError): CloseCode {
  return byError[code] ?? 1011;
}

/** Returns a close code of graphql-ws if it is listed above; otherwise 1011. */
export function knownCloseCode(code: number | undefined): CloseCode {
  return code !== undefined && code in closeReasons ? (code as CloseCode) : 1011;
}
