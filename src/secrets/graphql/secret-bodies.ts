import type { CallContext } from '../../core/call-context.js';
import { checkChangeReason } from '../../http/request-headers.js';
import type { WriteOptions } from '../writes/write-call.js';
import type { CreateSecretInput, PatchSecretInput, ReplaceSecretInput } from './secret.inputs.js';
import type { WriteOptionsInput } from './secret.inputs.js';

/** The members that were given; GraphQL's null is as good as absent at this level. */
function given(input: object): Record<string, unknown> {
  const entries = Object.entries(input).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return Object.fromEntries(entries);
}

/** REST's POST body; a Secret may start without values. */
export function createBody(input: CreateSecretInput): Record<string, unknown> {
  const { namespace: _place, ...body } = given(input);
  return 'stringData' in body || 'data' in body ? body : { ...body, data: {} };
}

/** REST's PUT body. */
export function replaceBody(input: ReplaceSecretInput): Record<string, unknown> {
  return given(input);
}

/** REST's merge patch. */
export function patchBody(input: PatchSecretInput): Record<string, unknown> {
  return given(input);
}

export function toWriteOptions(options: WriteOptionsInput | null | undefined): WriteOptions {
  return {
    dryRun: options?.dryRun ?? false,
    idempotencyKey: options?.idempotencyKey ?? undefined,
  };
}

/** `reason` of the options takes the place of the header's. */
export function reasonOf(options: WriteOptionsInput | null | undefined): Partial<CallContext> {
  const reason = options?.reason;
  return reason ? { changeReason: checkChangeReason(reason) } : {};
}
