import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { doors } from '../../support/door.js';
import { SecretsWorld, auditEventsOf } from '../../support/secrets-world.js';
import { parityCases } from './parity-cases.js';

type Role = 'owner' | 'writer' | 'reader' | 'auditor';

let world: SecretsWorld<Role>;
let url: string;

beforeAll(async () => {
  world = await SecretsWorld.start('parity', ['owner', 'writer', 'reader', 'auditor']);
  [url = ''] = await world.installation.gateway.listen();
});
afterAll(() => world?.stop());

describe.each(doors)('over $name', (door) => {
  beforeEach(async () => {
    const { cluster } = world.installation;
    await cluster.request('DELETE', '/api/v1/namespaces/parity/secrets');
    await world.seed('present', { stringData: { a: 'value-a', b: 'value-b' } });
    await world.seed('fixed', { immutable: true, stringData: { a: 'value-a' } });
  });

  it.each(parityCases())('$name is answered and recorded alike', async (step) => {
    const planned = step.graphql.variables ?? {};
    const isDry = JSON.stringify(planned).includes('"dryRun":true');
    const before = isDry || step.expect.code !== undefined ? await world.stored('present') : null;
    const outcome = await door.call({ url, tokens: world.tokens }, step);

    const { code, data = {}, event } = step.expect;
    expect({ ok: outcome.ok, code: outcome.code }).toEqual({ ok: code === undefined, code });
    expect(outcome.data).toMatchObject(data as object);
    for (const value of ['value-a', 'value-b', 'value-new']) {
      expect(outcome.text).not.toContain(value);
    }
    if (before !== null) {
      expect(await world.stored('present')).toEqual(before);
      expect(await world.stored('absent')).toBeUndefined();
    }
    const events = await auditEventsOf(world.as('auditor'), 'parity');
    const own = events.filter(
      ({ auditId, parentId }) => auditId === outcome.auditId || parentId === outcome.auditId,
    );
    const user = `system:serviceaccount:parity:${step.as}`;
    expect(own).toMatchObject([{ user, namespace: 'parity', ...event }]);
  });
});
