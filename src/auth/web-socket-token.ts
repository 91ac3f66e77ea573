import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from '../core/errors/sallyport-error.js';
import { unauthenticated } from './authenticator.js';

const PREFIX = 'base64url.bearer.authorization.k8s.io.';

/**
 * Moves a bearer token from `Sec-WebSocket-Protocol` to `Authorization`, so that every later check
 * reads one header. Browsers can set no `Authorization` header on a WebSocket, so Kubernetes takes
 * the token as a subprotocol. Throws Unauthenticated for a token that the API server refuses
 * unread, and BadRequest if there is also an `Authorization` header.
 * https://pkg.go.dev/k8s.io/apiserver/pkg/authentication/request/websocket#ProtocolAuthenticator
 */
export function takeWebSocketToken(headers: IncomingHttpHeaders): void {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((text) => text.trim());
  const tokens = offered.filter((protocol) => protocol.startsWith(PREFIX));
  const [first] = tokens;
  if (first === undefined) return;
  if (headers.authorization !== undefined) {
    throw badRequest('a subprotocol token and an Authorization header are two credentials');
  }
  if (tokens.length > 1) throw refused('several tokens among the subprotocols');
  const protocols = offered.filter((protocol) => protocol !== '' && protocol !== first);
  // The response names a protocol that the client offered, and never the token.
  if (protocols.length === 0) throw refused('no subprotocol beside the token');
  headers.authorization = `Bearer ${decoded(first.slice(PREFIX.length))}`;
  headers['sec-websocket-protocol'] = protocols.join(', ');
}

function decoded(text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  if (text === '' || bytes.toString('base64url') !== text || !isUtf8(bytes)) {
    throw refused('a subprotocol token that is not unpadded base64url');
  }
  return bytes.toString('utf8');
}

function refused(why: string): Error {
  return unauthenticated(new Error(why));
}
