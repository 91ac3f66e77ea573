import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VersionsWorld } from '../../support/versions-world.js';

let world: VersionsWorld;

beforeAll(async () => {
  world = await VersionsWorld.start('pay');
});
afterAll(() => world?.stop());

describe('the history of a Secret', () => {
  it('has one version for each state, newest first, with who made it and why', async () => {
    const owner = world.as('owner');
    const reason = { 'x-change-reason': 'ticket 7' };
    await world.write('listed', { a: 'value-1' });
    const second = await owner.merge(world.at('listed'), { stringData: { b: 'value-2' } }, reason);
    const versions = await world.versions('listed');
    expect(versions).toMatchObject([
      {
        version: 2,
        state: 'live',
        aliases: ['current'],
        createdBy: 'system:serviceaccount:pay:owner',
        door: 'rest',
        reason: 'ticket 7',
        auditId: second.headers['audit-id'],
        keys: [
          { name: 'a', sizeBytes: 7, version: 1 },
          { name: 'b', sizeBytes: 7, version: 2 },
        ],
      },
      { version: 1, aliases: ['previous'], reason: null, keys: [{ name: 'a', version: 1 }] },
    ]);
    const text = JSON.stringify(versions);
    expect(text).not.toContain('value-');
    expect(text).not.toContain('mac');
  });
});
