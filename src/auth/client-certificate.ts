import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateFacts } from './domain/principal-from-certificate.js';

const seen = new WeakMap<TLSSocket, CertificateFacts | undefined>();

/**
 * The certificate that the client of a connection showed; undefined without one, and always where
 * the listener asks for none. A connection is looked at once.
 */
export function clientCertificateOf(socket: Socket): CertificateFacts | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  if (!seen.has(socket)) seen.set(socket, readCertificate(socket));
  return seen.get(socket);
}

function readCertificate(socket: TLSSocket): CertificateFacts | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  // Node's parsed form keeps every value apart and whole, also with NUL, commas and line ends.
  const subject: unknown = certificate.toLegacyObject().subject;
  const attributes = (subject ?? {}) as Readonly<Record<string, string | string[] | undefined>>;
  return {
    commonNames: valuesOf(attributes['CN']),
    organizations: valuesOf(attributes['O']),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notAfterMs: certificate.validToDate.getTime(),
    // `authorized` alone stays true where a later handshake of the connection shows another one.
    isTrusted: socket.authorized && !(socket.authorizationError as Error | null | undefined),
    isAuthority: certificate.ca,
  };
}

function valuesOf(attribute: string | string[] | undefined): readonly string[] {
  return attribute === undefined ? [] : [attribute].flat();
}
