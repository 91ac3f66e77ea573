import type { CallContext } from '../../core/call-context.js';
import { SallyportError } from '../../core/errors/sallyport-error.js';
import type { StatusFacts } from '../domain/policy-status.js';
import type { ParsedPolicy } from '../domain/rotation-policy.js';
import type { RotationSpec } from '../domain/rotation-spec.js';
import { RunStopped } from '../domain/run-stopped.js';
import type { PolicyAuthors } from './policy-authors.js';
import type { BrokerSecrets } from './broker-secrets.js';
import { certificateExpiryMs } from './certificate-expiry.js';
import { refuseUnfit } from './create-step.js';

/** Observed state of a policy, in addition to its runs. */
export type PolicyLook = Pick<StatusFacts, 'obstacle' | 'certificateExpiryMs'>;

interface LookParts {
  readonly authors: PolicyAuthors;
  readonly secrets: BrokerSecrets;
}

/** Returns why no run would succeed now, and the end of the current certificate. */
export async function lookAtPolicy(
  parts: LookParts,
  known: ParsedPolicy,
  ctx: CallContext,
): Promise<PolicyLook> {
  if (known.spec === undefined) return { obstacle: undefined };
  try {
    return await look(parts, known, { ctx, spec: known.spec });
  } catch (error) {
    if (!(error instanceof SallyportError) || error.code !== 'NotFound') throw error;
    return { obstacle: { reason: 'SecretMissing', message: 'the Secret is not there' } };
  }
}

async function look(
  { authors, secrets }: LookParts,
  known: ParsedPolicy,
  { ctx, spec }: { readonly ctx: CallContext; readonly spec: RotationSpec },
): Promise<PolicyLook> {
  const secret = await secrets.look(ctx, known);
  const seen = { certificateExpiryMs: certificateExpiryMs(spec, secret.data) };
  try {
    await authors.requireRights(known, spec);
    refuseUnfit(secret, spec);
    return { ...seen, obstacle: undefined };
  } catch (error) {
    if (!(error instanceof RunStopped)) throw error;
    return { ...seen, obstacle: { reason: error.reason, message: error.message } };
  }
}
