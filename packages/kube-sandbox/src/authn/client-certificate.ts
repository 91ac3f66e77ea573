import type { TLSSocket } from 'node:tls';

/** Certificate that a client sent in its TLS handshake. */
export interface ClientCertificate {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Value of Kubernetes' own subject attribute; empty without one. */
  readonly uid: string;
  /** DER. */
  readonly raw: Buffer;
  /** Whether the sandbox's authority issued it for clients and it has not expired. */
  readonly isTrusted: boolean;
}

const uidAttribute = '1.3.6.1.4.1.57683.2';
const seen = new WeakMap<TLSSocket, ClientCertificate | undefined>();

/** Returns undefined if the client sent no certificate. Reads each connection once. */
export function clientCertificateOf(socket: TLSSocket): ClientCertificate | undefined {
  if (!seen.has(socket)) seen.set(socket, readCertificate(socket));
  return seen.get(socket);
}

function readCertificate(socket: TLSSocket): ClientCertificate | undefined {
  const { subject: names, raw } = socket.getPeerCertificate();
  // Node returns an empty object if there is no certificate.
  if (!Buffer.isBuffer(raw)) return undefined;
  const subject = names as unknown as Record<string, string | string[] | undefined>;
  const uids = valuesOf(subject[uidAttribute]);
  return {
    // Go takes the last of several common names.
    commonName: valuesOf(subject['CN']).at(-1) ?? '',
    organizations: valuesOf(subject['O']),
    uid: uids[0] ?? '',
    raw,
    isTrusted: socket.authorized && uids.length <= 1,
  };
}

function valuesOf(attribute: string | string[] | undefined): readonly string[] {
  return attribute === undefined ? [] : [attribute].flat();
}
