import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  for (const name of ['scripts', 'bin', 'node_modules/.bin']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  copyFileSync('sallyport', join(folder, 'sallyport'));
  const program = `process.on('SIGTERM', () => process.exit(7));
    console.log(JSON.stringify(process.argv.slice(2)));
    setInterval(() => undefined, 1_000);`;
  writeFileSync(join(folder, 'scripts', 'sallyport.mjs'), program);
  symlinkSync(process.execPath, join(folder, 'node_modules', '.bin', 'node'));
  symlinkSync('../sallyport', join(folder, 'bin', 'sallyport'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('starts by a link the Node.js of the checkout, which gets the signals', async () => {
  // A node of this PATH would be another one.
  const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` };
  const child = spawn('sallyport', ['key', 'a b'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  expect(JSON.parse(line.toString())).toEqual(['key', 'a b']);
  child.kill('SIGTERM');
  expect(await ended).toEqual([7, null]);
});
