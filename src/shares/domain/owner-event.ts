import type { AuditFacts } from '../../audit/domain/audit-event.js';
import type { Grant, GrantedKey } from './grant.js';

/** Event in the namespace of the share about values that leave it, and why they may. */
export interface OwnerEvent {
  readonly facts: AuditFacts;
  readonly decisionReason: string;
}

/** Returns the event about these keys of the shared Secret, under their names there. */
export function ownerEvent({ share, spec }: Grant, keys: readonly GrantedKey[]): OwnerEvent {
  const { namespace, name, generation } = share.object;
  const named = keys.map(({ key }) => key);
  return {
    facts: { action: 'secrets.reveal', namespace, secret: spec.secretName, keys: named },
    decisionReason: `SecretShare "${name}", generation ${generation}`,
  };
}
