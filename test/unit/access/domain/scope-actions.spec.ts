import { expect, it } from 'vitest';
import { actionsOf } from '../../../../src/access/domain/scope-actions.js';
import { auditActions } from '../../../../src/audit/domain/audit-event.js';

it('takes the name of an action for that action alone', () => {
  for (const action of auditActions) expect(actionsOf(action)).toEqual([action]);
});

it('knows all of a kind, and the sets of what reads and what writes', () => {
  expect(actionsOf('tokens.*')).toEqual(['tokens.create', 'tokens.list', 'tokens.revoke']);
  expect(actionsOf('write')).toEqual([
    'secrets.create',
    'secrets.update',
    'secrets.patch',
    'secrets.delete',
    'versions.restore',
    'versions.delete',
    'versions.undelete',
    'versions.update',
    'rotations.update',
    'rotations.run',
    'rotations.cancel',
    'rotations.retire',
    'shares.update',
    'shares.revoke',
    'imports.update',
    'schemas.update',
    'environments.update',
    'syncs.update',
    'syncs.run',
    'syncs.resolve',
    'stores.update',
  ]);
  expect(actionsOf('read')).toEqual(
    expect.arrayContaining([
      ...['secrets.reveal', 'audit.read', 'namespaces.list', 'tokens.list'],
      ...['syncs.get', 'stores.get'],
      ...['shares.get', 'imports.get', 'imports.watch', 'imports.reveal', 'imports.check'],
    ]),
  );
});

it('lets no set of another name make or end tokens', () => {
  for (const entry of ['read', 'write', 'secrets.*']) {
    expect(actionsOf(entry)).not.toContain('tokens.create');
    expect(actionsOf(entry)).not.toContain('tokens.revoke');
  }
});

it('lets no set push or pull: that is work of the gateway itself', () => {
  for (const entry of ['read', 'write', 'secrets.*']) {
    expect(actionsOf(entry)).not.toContain('syncs.push');
    expect(actionsOf(entry)).not.toContain('syncs.pull');
    expect(actionsOf(entry)).not.toContain('syncs.notify');
    expect(actionsOf(entry)).not.toContain('syncs.report');
  }
});

it.each(['', '*', '.*', 'secrets', 'secrets.', 'secret.*', 'Read', 'secrets.reveal ', 'toString'])(
  'takes %j for nothing',
  (entry) => {
    expect(actionsOf(entry)).toEqual([]);
  },
);
