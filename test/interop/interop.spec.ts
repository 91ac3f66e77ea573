import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signRotation } from '../../src/audit/log/domain/key-rotation.js';
import { runGo } from '../cluster/go-toolchain.js';
import { LogWorld } from '../e2e/audit/log-world.js';
import { scaled } from '../support/scale.js';
import { newSigner } from '../unit/audit/log/domain/signers.js';

const READS = scaled(3_000, 600);

describe('code that is not ours', () => {
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-interop-'));
  const program = join(dir, 'interop');
  let world: LogWorld;

  beforeAll(async () => {
    await runGo(['build', '-o', program, '.'], {
      moduleDir: 'test/interop',
      environment: process.env,
      timeoutMs: 300_000,
    });
    world = await LogWorld.start();
  });

  afterAll(async () => {
    await world.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('opens the note by which a key vouches for the one that follows it', async () => {
    const [old, next] = [newSigner(), newSigner()];
    const { vkey } = next.verifier;
    const file = join(dir, 'rotation');
    writeFileSync(file, signRotation({ vkey, treeSize: 42 }, old));
    const open = (key: string) =>
      promisify(execFile)(program, [`-note=${file}`, `-key=${key}`]).then(({ stdout }) => stdout);
    expect(await open(old.verifier.vkey)).toContain(`\nlog.example\n42\n${vkey}\n`);
    await expect(open(vkey)).rejects.toThrow('signature');
  });

  it('reads the log of a running gateway and finds every tile, entry and proof good', async () => {
    await world.reads(100);
    const { note } = await world.checkpoint(100);
    writeFileSync(join(dir, 'older'), note);
    await world.reads(READS);
    const { size } = await world.checkpoint(READS);
    const header = `Authorization: Bearer ${world.tokens.reader}\n`;
    writeFileSync(join(dir, 'header'), header, { mode: 0o600 });
    const [key] = await world.verifiers();
    const { stdout } = await promisify(execFile)(program, [
      `-url=${world.base}`,
      `-header=${join(dir, 'header')}`,
      `-key=${key?.vkey}`,
      `-older=${join(dir, 'older')}`,
    ]);
    const [, entries, tiles] = /^(\d+) entries, (\d+) tiles\n$/.exec(stdout) ?? [];
    expect(Number(entries)).toBeGreaterThanOrEqual(size);
    expect(Number(tiles)).toBeGreaterThanOrEqual(Math.floor(size / 256) + 1);
  });
});
