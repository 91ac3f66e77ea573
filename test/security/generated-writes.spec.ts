import { afterAll, beforeAll, expect, it } from 'vitest';
import { scaled } from '../support/scale.js';
import { WritesWorld } from './readers/writes-world.js';

const cases = scaled(50_000, 400);
const batch = 100;
/** Another one finds other requests. */
const firstSeed = Number(process.env['SALLYPORT_TEST_SEED'] ?? 1);
let world: WritesWorld;

beforeAll(async () => {
  world = await WritesWorld.start();
});
afterAll(() => world?.stop());

it(
  'the record and the scope of a write are what the API server makes of it, however it is written',
  async () => {
    const found: string[] = [];
    for (let done = 0; done < cases && found.length < 50; done += batch) {
      const seeds = Array.from({ length: batch }, (_none, index) => firstSeed + done + index);
      found.push(...(await world.differences(seeds)));
    }
    expect(found.slice(0, 20).join('\n\n')).toBe('');
    // Most of what is generated is understood, or there would be nothing to compare.
    expect(world.statuses.get(200) ?? 0).toBeGreaterThan(cases / 4);
  },
  scaled(90 * 60_000, 400_000),
);
