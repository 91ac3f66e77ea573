import { connect, isIP, type Socket } from 'node:net';
import type { AllowedAddress } from '../domain/password-target.js';
import { TargetFault } from '../domain/target-fault.js';

/**
 * Connects to an address that was allowed, never to a name. The signal also ends the connection
 * later. Throws TargetFault TargetUnreachable or TargetTimeout.
 */
export async function connectTo(allowed: AllowedAddress, signal: AbortSignal): Promise<Socket> {
  const { address, port } = allowed;
  if (isIP(address) === 0) throw new RangeError('not an address');
  if (signal.aborted) throw timedOut();
  const socket = connect({ host: address, port, noDelay: true });
  const end = (): void => void socket.destroy(timedOut());
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  // The socket may fail at any time; its reader or writer then receives the error itself.
  socket.on('error', (error) => reject(error instanceof TargetFault ? error : unreachable()));
  await promise;
  return socket;
}

function unreachable(): TargetFault {
  return new TargetFault('TargetUnreachable', 'the target cannot be reached');
}

function timedOut(): TargetFault {
  return new TargetFault('TargetTimeout', 'the target did not answer in time');
}
