import { isIP } from 'node:net';
import {
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
  checkServerIdentity,
  connect,
  createSecureContext,
} from 'node:tls';
import type { AllowedAddress } from './domain/egress-rules.js';
import { OutboundFault } from './domain/outbound-fault.js';
import { tlsProblem } from './domain/tls-problem.js';

export interface TlsRules {
  /** `verify-ca` does not check the name. */
  readonly mode: 'verify-full' | 'verify-ca';
  /** PEM of the CA; undefined: the CAs that the system trusts. */
  readonly ca: string | undefined;
}

export interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly servername?: string;
  readonly rejectUnauthorized: true;
  readonly checkServerIdentity: (host: string, peer: PeerCertificate) => Error | undefined;
}

/** Returns the TLS requirements for a peer. Throws OutboundFault TlsFailed for an invalid CA. */
export function tlsOptions(serverName: string, { mode, ca }: TlsRules): TlsOptions {
  return {
    secureContext: contextOf(ca),
    // An address is no server name (RFC 6066, section 3).
    ...(isIP(serverName) === 0 && { servername: serverName }),
    rejectUnauthorized: true,
    checkServerIdentity: (_host, peer) =>
      mode === 'verify-ca' ? undefined : checkServerIdentity(serverName, peer),
  };
}

/** Returns the fault of a call whose time is over, whatever its outcome. */
export function timedOut(): OutboundFault {
  return new OutboundFault('TargetTimeout', 'the target did not answer in time');
}

/**
 * Opens a verified TLS connection to exactly this address. Sends nothing before the peer has proved
 * its name. Throws OutboundFault: TargetUnreachable, TlsFailed, TargetTimeout.
 */
export async function dialTls(
  { address, port, serverName }: AllowedAddress,
  rules: TlsRules,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const options = tlsOptions(serverName, rules);
  if (signal.aborted) throw timedOut();
  const socket = connect({ host: address, port, ...options });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let isConnected = false;
  const abort = (): void => void socket.destroy();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('connect', () => (isConnected = true));
  socket.once('secureConnect', resolve);
  // The listener stays, so that an error after the end of a call ends nothing else.
  socket.on('error', reject);
  socket.once('close', () => reject(new Error('closed')));
  try {
    await promise;
    return socket;
  } catch (error) {
    socket.destroy();
    if (signal.aborted) throw timedOut();
    if (!isConnected) throw new OutboundFault('TargetUnreachable', 'the target cannot be reached');
    const { code } = error as NodeJS.ErrnoException;
    throw new OutboundFault('TlsFailed', `the target is not trusted: ${tlsProblem(code)}`);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function contextOf(ca: string | undefined): SecureContext {
  try {
    return createSecureContext({ minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) });
  } catch {
    throw new OutboundFault('TlsFailed', 'the CA is no certificate in PEM');
  }
}
