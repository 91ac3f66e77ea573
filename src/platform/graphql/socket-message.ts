import { badRequest } from '../../core/errors/sallyport-error.js';
import { limits } from '../../core/limits.js';
import { parseJson } from '../../core/parse-json.js';

/** Message types that clients may send by graphql-transport-ws. */
const ofClients = new Set<unknown>(['connection_init', 'ping', 'pong', 'subscribe', 'complete']);

/**
 * Checks what graphql-ws does not: a client message must be unambiguous, of a type that clients
 * send, with an id that every response can contain. Throws BadRequest or Invalid.
 */
export function checkSocketMessage(bytes: Uint8Array): void {
  const { type, id } = (parseJson(bytes) ?? {}) as Readonly<Record<string, unknown>>;
  if (!ofClients.has(type)) throw badRequest('no message of a client');
  if (typeof id === 'string' && id.length > limits.socketOperationIdCharactersMax) {
    throw badRequest('the id is too long');
  }
}
