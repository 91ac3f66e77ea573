import { afterAll, beforeAll, expect, it } from 'vitest';

import { DevProcess } from './dev-process.js';

let dev: DevProcess;

beforeAll(async () => {
  dev = await DevProcess.start();
});

afterAll(async () => {
  await dev.stop();
});

it('prints three calls that work, in that order', async () => {
  const calls = dev.printed.split('\n').filter((line) => line.startsWith('  curl '));
  const results = [];
  for (const call of calls) results.push(await dev.run(call));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(results[1]?.output).toBe('good morning');
  expect(results[2]?.output).toContain('secrets.reveal');
});

it.each(['admin', 'reader', 'auditor', 'nobody'])(
  'keeps the token of %s to whoever started it',
  (user) => {
    expect(dev.modeOf(`.sallyport/dev/headers/${user}`)).toBe(0o600);
  },
);

it('says in one sentence that its port is taken', async () => {
  const { code, errorText } = await dev.startAgain();
  expect(code).toBe(1);
  expect(errorText).toMatch(
    /^port \d+ of 127\.0\.0\.1 is taken: .* set SALLYPORT_PORT to another\n$/,
  );
});

it('ends in order on Ctrl-C', async () => {
  expect(await dev.stop()).toBe(0);
});
