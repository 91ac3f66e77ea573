import { type AuditAction, auditActions } from '../../audit/domain/audit-event.js';

/** The sets of actions that a scope can name; `named` ones are in none of them. */
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
  // What nothing brings back is named by itself.
  'versions.destroy': 'named',
  'versions.prune': 'named',
  'versions.skip': 'named',
  'rotations.get': 'read',
  'rotations.update': 'write',
  'rotations.run': 'write',
  'rotations.cancel': 'write',
  'rotations.retire': 'write',
  'audit.read': 'read',
  // The whole trail, and what changes it, is named by itself.
  'audit.export': 'named',
  'audit.ingest': 'named',
  'audit.prune': 'named',
  'audit.resend': 'named',
  'audit.anchor': 'named',
  'audit.acceptRollback': 'named',
  'keys.rotate': 'named',
  'keys.rewrap': 'named',
  'rows.adopt': 'named',
  'namespaces.list': 'read',
  'access.review': 'read',
  // Of whatever kind an installation lets through.
  'kubectl.request': 'named',
  // A token that may write is not thereby one that makes or ends others.
  'tokens.create': 'named',
  'tokens.list': 'read',
  'tokens.revoke': 'named',
  'auth.refused': 'named',
} as const satisfies Record<AuditAction, 'read' | 'write' | 'named'>;

/** The actions that an entry of a scope stands for; none where it is no such entry. */
export function actionsOf(entry: string): readonly AuditAction[] {
  if (entry === 'read' || entry === 'write') {
    return auditActions.filter((action) => kinds[action] === entry);
  }
  if (!entry.endsWith('.*')) return auditActions.filter((action) => action === entry);
  return auditActions.filter((action) => action.startsWith(entry.slice(0, -1)));
}
