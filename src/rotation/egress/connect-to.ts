import { connect, isIP, type Socket } from 'node:net';
import type { AllowedAddress } from '../domain/password-target.js';
import { TargetFault } from '../domain/target-fault.js';

/**
 * A connection to an address that was allowed, and to no name. The signal ends it also later on,
 * whatever it then does. Throws TargetFault TargetUnreachable or TargetTimeout.
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
  // It may fail at any time; whoever reads from it or writes to it learns of that by itself.
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
