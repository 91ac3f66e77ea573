import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';

let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
  await world.as('owner', 'set db password=-', { input: 'first-value' });
  await world.as('owner', 'set db password=-', { input: 'second-value' });
  await world.as('owner', 'set db user=-', { input: 'app' });
});
afterAll(() => world?.stop());

describe('sallyport diff --values', () => {
  it('prints the values that differ', async () => {
    const { code, out } = await world.as('owner', 'diff db --values --from 1 --to 3');
    expect([code, out]).toEqual([
      0,
      [
        ...['--- password (version 1)', '+++ password (version 3)', '-first-value'],
        ...['+second-value', '--- user (absent)', '+++ user (version 3)', '+app', ''],
      ].join('\n'),
    ]);
  });

  it('compares the last two versions, and says if their values are equal', async () => {
    expect((await world.as('owner', 'diff db --values')).out).toMatch(/^--- user \(absent\)/);
    const same = await world.as('owner', 'diff db --values --from 3 --to 3');
    expect([same.out, same.err]).toEqual(['', 'version 3 and version 3 have the same values\n']);
  });

  it('prints no values without --values', async () => {
    const { out } = await world.as('owner', 'diff db --from 1 --to 3');
    expect(out).not.toContain('-value');
  });

  it('needs the right to read values, and has no form json', async () => {
    const denied = await world.as('historian', 'diff db --values');
    expect([denied.code, denied.out]).toEqual([3, '']);
    expect(await world.as('historian', 'diff db')).toMatchObject({ code: 0 });
    expect(await world.as('owner', 'diff db --values -o json')).toMatchObject({ code: 2, out: '' });
  });
});
