import type { AuditFacts } from '../../audit/domain/audit-event.js';
import { placeName } from '../../secrets/domain/documents/key-document.js';
import type { Grant, GrantedKey } from './grant.js';

/** Event in the namespace of the share about values that leave it, and why they may. */
export interface OwnerEvent {
  readonly facts: AuditFacts;
  readonly decisionReason: string;
}

/**
 * Returns the event about these keys of the shared Secret, under their names there. With `pointer`,
 * only that member of their documents leaves.
 */
export function ownerEvent(
  { share, spec }: Grant,
  keys: readonly GrantedKey[],
  pointer?: string,
): OwnerEvent {
  const { namespace, name, generation } = share.object;
  const named = keys.map(({ key }) => key);
  const pointers = pointer === undefined ? [] : named.map((key) => placeName({ key, pointer }));
  const reach = { keys: named, ...(pointers.length > 0 && { pointers }) };
  return {
    facts: { action: 'secrets.reveal', namespace, secret: spec.secretName, ...reach },
    decisionReason: `SecretShare "${name}", generation ${generation}`,
  };
}
