import { connect, isIP, type Socket } from 'node:net';
import type { AllowedAddress } from './domain/egress-rules.js';
import { OutboundFault } from './domain/outbound-fault.js';

/**
 * Connects to an address that was allowed, never to a name. The signal also ends the connection
 * later. Throws OutboundFault TargetUnreachable or TargetTimeout.
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
  socket.on('error', (error) => reject(error instanceof OutboundFault ? error : unreachable()));
  await promise;
  return socket;
}

function unreachable(): OutboundFault {
  return new OutboundFault('TargetUnreachable', 'the target cannot be reached');
}

function timedOut(): OutboundFault {
  return new OutboundFault('TargetTimeout', 'the target did not answer in time');
}
