import { badRequest } from '../../../core/errors/sallyport-error.js';
import { limits } from '../../../core/limits.js';

const PRINTABLE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** Returns the key if it is valid; throws BadRequest otherwise. */
export function checkedIdempotencyKey(key: string): string {
  if (key.length > limits.idempotencyKeyCharactersMax || !PRINTABLE.test(key)) {
    throw badRequest(
      `Idempotency-Key must be 1 to ${limits.idempotencyKeyCharactersMax} printable ASCII ` +
        'characters',
    );
  }
  return key;
}
