import { type AuditAction, auditActions } from '../../audit/domain/audit-event.js';

/** Sets of actions that a scope can name; `named` actions are in no set. */
const kinds = {
  'secrets.list': 'read',
  'secrets.get': 'read',
  'secrets.reveal': 'read',
  'secrets.check': 'read',
  'secrets.watch': 'read',
  'secrets.create': 'write',
  'secrets.update': 'write',
  'secrets.patch': 'write',
  'secrets.delete': 'write',
  'versions.list': 'read',
  'versions.get': 'read',
  'versions.restore': 'write',
  'versions.delete': 'write',
  'versions.undelete': 'write',
  'versions.update': 'write',
  // Irreversible actions must be named individually.
  'versions.destroy': 'named',
  'versions.prune': 'named',
  'versions.skip': 'named',
  'rotations.get': 'read',
  'rotations.update': 'write',
  'rotations.run': 'write',
  'rotations.cancel': 'write',
  'rotations.retire': 'write',
  'shares.get': 'read',
  'shares.update': 'write',
  'shares.revoke': 'write',
  'imports.get': 'read',
  'imports.watch': 'read',
  'imports.reveal': 'read',
  'imports.check': 'read',
  'imports.update': 'write',
  // Work of the gateway itself.
  'imports.deliver': 'named',
  'imports.withdraw': 'named',
  'schemas.get': 'read',
  'schemas.update': 'write',
  'schemas.validate': 'read',
  // Work of the gateway itself.
  'admission.review': 'named',
  'environments.get': 'read',
  'environments.update': 'write',
  'environments.reveal': 'read',
  'environments.check': 'read',
  'sealing.get': 'read',
  // Work of the gateway itself.
  'sealing.renew': 'named',
  'syncs.get': 'read',
  'syncs.update': 'write',
  'syncs.run': 'write',
  'syncs.resolve': 'write',
  // Work of the gateway itself.
  'syncs.push': 'named',
  'syncs.pull': 'named',
  'syncs.report': 'named',
  'versions.keep': 'named',
  // Work for a store, which has a credential of its own.
  'syncs.notify': 'named',
  'stores.get': 'read',
  'stores.update': 'write',
  'audit.read': 'read',
  // Access to the whole trail, and its changes, must be named individually.
  'audit.export': 'named',
  'audit.ingest': 'named',
  'audit.prune': 'named',
  'audit.resend': 'named',
  'audit.anchor': 'named',
  'audit.acceptRollback': 'named',
  'audit.damage': 'named',
  'keys.rotate': 'named',
  'keys.rewrap': 'named',
  'rows.adopt': 'named',
  'namespaces.list': 'read',
  'access.review': 'read',
  // Includes every kind that an installation forwards.
  'kubectl.request': 'named',
  // A token that may write may not therefore create or end other tokens.
  'tokens.create': 'named',
  'tokens.list': 'read',
  'tokens.revoke': 'named',
  'auth.refused': 'named',
} as const satisfies Record<AuditAction, 'read' | 'write' | 'named'>;

/** Returns the actions of a scope's entry; none for an invalid entry. */
export function actionsOf(entry: string): readonly AuditAction[] {
  if (entry === 'read' || entry === 'write') {
    return auditActions.filter((action) => kinds[action] === entry);
  }
  if (!entry.endsWith('.*')) return auditActions.filter((action) => action === entry);
  return auditActions.filter((action) => action.startsWith(entry.slice(0, -1)));
}
