import { isIP } from 'node:net';
import {
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
  checkServerIdentity,
  connect,
  createSecureContext,
} from 'node:tls';
import { rotationLimits } from '../../core/rotation-limits.js';
import type { AllowedAddress } from '../domain/password-target.js';
import type { TlsSpec } from '../domain/rotation-spec.js';
import { TargetFault } from '../domain/target-fault.js';
import { tlsProblem } from '../domain/tls-problem.js';

export interface TlsRules {
  readonly mode: TlsSpec['mode'];
  /** PEM of the CA; undefined: the CAs that the system trusts. */
  readonly ca: string | undefined;
}

export interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly servername?: string;
  readonly rejectUnauthorized: true;
  readonly checkServerIdentity: (host: string, peer: PeerCertificate) => Error | undefined;
}

/** Returns the TLS requirements for a peer. Throws TargetFault TlsFailed for an invalid CA. */
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

/** Combines the caller's signal with the time limit of a target's calls. */
export function boundedCall(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(rotationLimits.targetCallMsMax)]);
}

/** Returns the fault of a call whose time is over, whatever its outcome. */
export function timedOut(): TargetFault {
  return new TargetFault('TargetTimeout', 'the target did not answer in time');
}

/**
 * Opens a verified TLS connection to exactly this address. Sends nothing before the peer has proved
 * its name. Throws TargetFault: TargetUnreachable, TlsFailed, TargetTimeout.
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
    if (!isConnected) throw new TargetFault('TargetUnreachable', 'the target cannot be reached');
    const { code } = error as NodeJS.ErrnoException;
    throw new TargetFault('TlsFailed', `the target is not trusted: ${tlsProblem(code)}`);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function contextOf(ca: string | undefined): SecureContext {
  try {
    return createSecureContext({ minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) });
  } catch {
    throw new TargetFault('TlsFailed', 'the CA is no certificate in PEM');
  }
}
