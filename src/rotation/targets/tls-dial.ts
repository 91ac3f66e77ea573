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
  /** PEM of the CA; undefined: those that the system trusts. */
  readonly ca: string | undefined;
}

export interface TlsOptions {
  readonly secureContext: SecureContext;
  readonly servername?: string;
  readonly rejectUnauthorized: true;
  readonly checkServerIdentity: (host: string, peer: PeerCertificate) => Error | undefined;
}

/** What a connection demands of its peer. Throws TargetFault TlsFailed for a CA that is none. */
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

/** The caller's signal, and the bound of any call of a target. */
export function boundedCall(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(rotationLimits.targetCallMsMax)]);
}

/** Whatever a call came to, in case its time was over. */
export function timedOut(): TargetFault {
  return new TargetFault('TargetTimeout', 'the target did not answer in time');
}

/**
 * A verified TLS connection to exactly this address. Nothing is sent before the peer has proved its
 * name. Throws TargetFault: TargetUnreachable, TlsFailed, TargetTimeout.
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
  // Stays, so that an error after the end of a call ends nothing else.
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
