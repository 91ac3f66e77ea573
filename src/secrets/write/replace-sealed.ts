import { secretRight } from '../../access/domain/secret-rights.js';
import type { CallContext } from '../../core/call-context.js';
import type { SealedSecret } from '../domain/sealed-secrets.js';
import { replaceSecret } from './replace-secret.js';
import type { WriteCall, WriteOutcome } from './write-call.js';

const REASON = 'applied a SealedSecret';

/**
 * Opens a SealedSecret and writes it as a PUT. The right comes first: a caller without the right
 * learns nothing about the values, and cannot make the gateway work.
 */
export async function replaceSealed(call: WriteCall, sealed: SealedSecret): Promise<WriteOutcome> {
  const { namespace } = sealed;
  call.served.requireReachable(namespace);
  const create = secretRight('create', { namespace, name: '' });
  await call.access.require(call.ctx, secretRight('update', sealed), create);
  return replaceSecret(call, await sealed.open(call.ctx));
}

/** Returns the call with a reason, so that the event and the version name the manifest. */
export function withSealedReason(ctx: CallContext): CallContext {
  return ctx.changeReason === undefined ? { ...ctx, changeReason: REASON } : ctx;
}
