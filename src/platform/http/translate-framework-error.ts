import { HttpException } from '@nestjs/common';
import { SallyportError, badRequest, toSallyportError } from '../../core/errors/sallyport-error.js';

/** Words errors of Fastify, Nest and the HTTP parser; their own messages are never sent. */
export function translateFrameworkError(error: unknown): SallyportError {
  if (error instanceof SallyportError) return error;
  // Nest wraps each error of Fastify, and only the original has a code.
  if (error instanceof HttpException && hasCode(error.cause)) {
    return translateFrameworkError(error.cause);
  }
  switch ((error as { code?: unknown } | null)?.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new SallyportError('TooLarge', 'the body is larger than this route takes');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
      return new SallyportError('UnsupportedMediaType', 'the Content-Type is not taken here');
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return badRequest('the body is not as long as Content-Length says');
    case 'FST_ERR_BAD_URL':
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return badRequest('the path is not valid');
    case 'HPE_HEADER_OVERFLOW':
      return new SallyportError('TooLarge', 'the header fields are larger than 16 KiB', {
        status: 431,
      });
    default:
      return translateNestError(error);
  }
}

function hasCode(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause;
}

function translateNestError(error: unknown): SallyportError {
  if (!(error instanceof HttpException)) return toSallyportError(error);
  if (error.getStatus() === 404) return new SallyportError('NotFound', 'no such route');
  if (error.getStatus() === 400) return badRequest('the request is not valid');
  return toSallyportError(error);
}
