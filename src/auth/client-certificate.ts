import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CertificateFacts } from './domain/principal-from-certificate.js';

const seen = new WeakMap<TLSSocket, CertificateFacts | undefined>();

/**
 * Returns the certificate of a connection's client; undefined without one, and always if the
 * listener requests none. Reads a connection only once.
 */
export function clientCertificateOf(socket: Socket): CertificateFacts | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  if (!seen.has(socket)) seen.set(socket, readCertificate(socket));
  return seen.get(socket);
}

function readCertificate(socket: TLSSocket): CertificateFacts | undefined {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return undefined;
  // Node's parsed form separates all values completely, also with NUL, commas and line ends.
  const subject: unknown = certificate.toLegacyObject().subject;
  const attributes = (subject ?? {}) as Readonly<Record<string, string | string[] | undefined>>;
  return {
    commonNames: valuesOf(attributes['CN']),
    organizations: valuesOf(attributes['O']),
    fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    notAfterMs: certificate.validToDate.getTime(),
    // `authorized` alone stays true if a later handshake of the connection has another certificate.
    isTrusted: socket.authorized && !(socket.authorizationError as Error | null | undefined),
    isAuthority: certificate.ca,
  };
}

function valuesOf(attribute: string | string[] | undefined): readonly string[] {
  return attribute === undefined ? [] : [attribute].flat();
}
