import type { AccessService } from '../../access/access.service.js';
import {
  readKeyRights,
  type Rights,
  secretRight,
  writeKeyRights,
} from '../../access/domain/secret-rights.js';
import type { AuditAction } from '../../audit/domain/audit-event.js';
import { assertNever } from '../../core/assert-never.js';
import type { CallContext } from '../../core/call-context.js';
import type { PastState } from '../domain/past-secrets.js';
import type { SecretRef } from '../domain/secret.js';
import { sortedKeys } from '../domain/value-map.js';
import type { WriteInput } from '../domain/write-body.js';

/** Route of a write, to which an Idempotency-Key belongs. */
export type WriteRoute =
  | 'POST secrets'
  | 'PUT secret'
  | 'POST sealedsecrets'
  | 'PATCH secret'
  | 'DELETE secret'
  | 'PUT key'
  | 'DELETE key'
  | 'POST restore';

/** Facts of a write, before its effect. */
export interface WriteFacts {
  readonly action: AuditAction;
  readonly ref: SecretRef;
  readonly keys: readonly string[];
  /** Whether no other part of the Secret is written. */
  readonly keysOnly?: true;
  readonly pointers?: readonly string[];
  /** Route of the write, to which an Idempotency-Key belongs. */
  readonly route: WriteRoute;
  /** Everything that makes two requests equal. */
  readonly request: unknown;
  /** For a restore: its rights are the past state's. */
  readonly past?: PastState;
}

/** Checks the right to a write again, for a replay. Throws Forbidden. */
export async function requireAgain(
  access: AccessService,
  ctx: CallContext,
  facts: WriteFacts,
): Promise<void> {
  if (facts.past) await facts.past.authorise(access, ctx);
  else await access.require(ctx, ...rightsOf(facts));
  const [key = ''] = facts.keys;
  if (facts.pointers) await access.require(ctx, ...readKeyRights(facts.ref, key));
}

/** Returns the rights of a write, as they are checked when it is carried out. */
function rightsOf({ route, ref, keys: [key = ''], pointers }: WriteFacts): Rights {
  const create = secretRight('create', { ...ref, name: '' });
  switch (route) {
    case 'POST secrets':
      return [create];
    case 'PUT secret':
    case 'POST sealedsecrets':
      return [secretRight('update', ref), create];
    case 'DELETE secret':
      return [secretRight('delete', ref)];
    case 'PATCH secret':
    case 'POST restore':
      return [secretRight('patch', ref)];
    case 'PUT key':
      return writeKeyRights('update', ref, key);
    case 'DELETE key':
      // Without a member, the document is another value of its key.
      return writeKeyRights(pointers ? 'update' : 'delete', ref, key);
    default:
      return assertNever(route);
  }
}

/** Returns the facts of a write of a whole Secret. */
export function factsOf(action: AuditAction, route: WriteRoute, input: WriteInput): WriteFacts {
  return { action, ref: input, keys: sortedKeys(input.data), route, request: input };
}
