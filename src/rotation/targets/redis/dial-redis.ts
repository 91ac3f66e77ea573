import { connect } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { rotationLimits } from '../../../core/rotation-limits.js';
import { within } from '../../../core/within.js';
import type { AllowedAddress } from '../../../platform/outbound/domain/egress-rules.js';
import { isTargetFailure, TargetFault } from '../../domain/target-fault.js';
import { type TlsRules, dialTls } from '../../../platform/outbound/tls-dial.js';

const PING = 'PING\r\n';
/** Beginning of every reply to the probe, errors included (RESP). */
const REPLY = /^[+-]/;

/**
 * Opens a verified connection like dialTls. A Redis without TLS does not respond to a TLS offer and
 * waits forever. A command without secrets distinguishes it from a server that hangs.
 */
export async function dialRedis(
  address: AllowedAddress,
  rules: TlsRules,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const handshake = AbortSignal.timeout(rotationLimits.redisHandshakeMsMax);
  try {
    return await dialTls(address, rules, AbortSignal.any([signal, handshake]));
  } catch (error) {
    const isSlow = isTargetFailure(error) && error.reason === 'TargetTimeout';
    if (!isSlow || signal.aborted || !(await speaksPlainly(address, signal))) throw error;
    throw new TargetFault('TlsFailed', 'the target is not trusted: it has no TLS at this port');
  }
}

async function speaksPlainly(
  { address, port }: AllowedAddress,
  signal: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host: address, port });
  socket.once('connect', () => socket.write(PING));
  socket.once('data', (reply) => resolve(REPLY.test(reply.toString('latin1'))));
  socket.on('error', () => resolve(false));
  socket.once('close', () => resolve(false));
  const patience = AbortSignal.timeout(rotationLimits.redisHandshakeMsMax);
  try {
    return await within(AbortSignal.any([signal, patience]), promise);
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
