import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateSignerKey, parseSignerKey } from '../../../src/audit/log/domain/note-key.js';
import { signCheckpoint } from '../../../src/audit/log/domain/checkpoint.js';
import { eventually, virtual } from '../../support/tokens-world.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
let env: Readonly<Record<string, string>>;
const at = (name: string) => join(world.folder, name);

beforeAll(async () => {
  world = await CliWorld.start();
  const rules = [virtual('auditlogs', 'get')];
  const token = await world.installation.clusterUser('pay', 'verifier', rules);
  writeFileSync(at('verifier'), token, { mode: 0o600 });
  env = { SALLYPORT_ADDR: world.url, SALLYPORT_TOKEN_FILE: at('verifier') };
  await world.as('owner', 'set db password=-', { input: 'a-value' });
  const headers = { authorization: `Bearer ${token}` };
  await eventually(async () => {
    const response = await fetch(`${world.url}/v1/audit/checkpoint`, { headers });
    const [, size] = (await response.text()).split('\n');
    if (!response.ok || Number(size) === 0) throw new Error(`${response.status}, size ${size}`);
  });
  const keys = await fetch(`${world.url}/v1/audit/keys`, { headers });
  writeFileSync(at('keys'), await keys.text());
});
afterAll(() => world?.stop());

const check = (keys: string, file: string, options = '') =>
  world.run(`audit check --keys ${at(keys)} --checkpoint ${at(file)}${options}`, { env });

describe('sallyport audit check', () => {
  it('stores the first checkpoint, and later proves that the log begins with it', async () => {
    expect(await check('keys', 'kept')).toMatchObject({ code: 2, out: '' });
    expect(await check('keys', 'kept', ' --save')).toMatchObject({ code: 0 });
    expect(statSync(at('kept')).mode & 0o777).toBe(0o600);
    const first = readFileSync(at('kept'), 'utf8');
    await world.as('owner', 'set db password=-', { input: 'another-value' });
    await expect
      .poll(async () => (await check('keys', 'kept')).out, { interval: 300 })
      .toMatch(/^good: \S+, \d+ entries, which begin with the \d+ of before\n$/);
    expect(readFileSync(at('kept'), 'utf8')).toBe(first);
  });

  it('finds a log that is another one, or that was cut', async () => {
    const [origin = ''] = readFileSync(at('kept'), 'utf8').split('\n');
    const signer = parseSignerKey(generateSignerKey(origin))!;
    const vkey = readFileSync(at('keys'), 'utf8') + `${signer.verifier.vkey}\n`;
    writeFileSync(at('keys-forged'), vkey);
    const root = new Uint8Array(32).fill(7);
    writeFileSync(at('other'), signCheckpoint({ size: 1, root }, signer));
    const other = await check('keys-forged', 'other', ' --save');
    expect([other.code, other.out]).toEqual([1, 'bad: the first 1 entries have changed\n']);
    writeFileSync(at('cut'), signCheckpoint({ size: 1_000_000, root }, signer));
    const cut = await check('keys-forged', 'cut');
    expect([cut.code, cut.out]).toEqual([
      1,
      expect.stringMatching(/^bad: the log has \d+ entries/),
    ]);
  });

  it('finds a checkpoint of the gateway that no known key has signed', async () => {
    const signer = parseSignerKey(generateSignerKey('unknown.example'))!;
    writeFileSync(at('strange'), `${signer.verifier.vkey}\n`);
    const { code, out } = await check('strange', 'absent', ' --save');
    expect([code, out]).toEqual([1, 'bad: none of the keys has signed the newest checkpoint\n']);
    expect(existsSync(at('absent'))).toBe(false);
    expect(await check('strange', 'kept')).toMatchObject({ code: 2, out: '' });
  });

  it('needs the right to read the log', async () => {
    const line = `audit check --keys ${at('keys')} --checkpoint ${at('kept')}`;
    expect(await world.as('nobody', line)).toMatchObject({ code: 3, out: '' });
  });
});
