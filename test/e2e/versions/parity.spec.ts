import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doors } from '../../support/door.js';
import { VersionsWorld } from '../../support/versions-world.js';
import { versionCases } from './version-cases.js';

const values = ['old-value', 'new-value', 'more-values'];

let world: VersionsWorld;
let count = 0;

beforeAll(async () => {
  world = await VersionsWorld.start('pay');
});
afterAll(() => world?.stop());

describe.each(doors)('over $name', (door) => {
  it.each(versionCases())('$name: answered and recorded alike', async ({ before, of }) => {
    count += 1;
    const secret = `secret-${count}`;
    await world.write(
      secret,
      { a: 'old-value' },
      { a: 'new-value', b: 'more-values' },
      { b: 'more-values' },
    );
    for (const [method, below] of before) {
      const answer = await world.as('owner').send({ method, path: `${world.at(secret)}/${below}` });
      expect(answer.status, answer.text).toBe(200);
    }
    const call = of(secret);
    const outcome = await door.call(world, call);

    const { code, data = {}, event } = call.expect;
    expect({ ok: outcome.ok, code: outcome.code }).toEqual({ ok: code === undefined, code });
    expect(outcome.data).toMatchObject(data as object);
    const isReveal = call.rest.method === 'GET' && outcome.ok;
    for (const value of isReveal ? [] : values) expect(outcome.text).not.toContain(value);
    expect(await world.eventsOf(outcome.auditId)).toMatchObject([
      { user: `system:serviceaccount:pay:${call.as}`, secret, ...event },
    ]);
  });
});
