import { afterAll, beforeAll, expect, it } from 'vitest';

import { ReaderWorld } from './reader-world.js';

let world: ReaderWorld;

beforeAll(async () => {
  world = await ReaderWorld.start();
});

afterAll(async () => {
  await world.stop();
});

it('prints three calls that work, in that order', async () => {
  const calls = world.printed.split('\n').filter((line) => line.startsWith('  curl '));
  const results = [];
  for (const call of calls) results.push(await world.run(call));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(results[1]?.output).toBe('good morning');
  expect(results[2]?.output).toContain('secrets.reveal');
});

it('prints a login of the command line that works', async () => {
  const [, command = ''] = /^CLI +(.*)$/m.exec(world.printed) ?? [];
  expect(await world.run(command)).toMatchObject({ code: 0 });
  expect(await world.run('./sallyport whoami -o json | jq -r .username')).toMatchObject({
    ...{ code: 0, output: 'system:serviceaccount:people:admin\n' },
  });
});

it('prints a way to the sandbox that works', async () => {
  const [, command = ''] = /^Sandbox +(.*)$/m.exec(world.printed) ?? [];
  const { code, output } = await world.run(command);
  expect(code).toBe(0);
  expect(output).toMatch(/^mongodb +Active/m);
});
