import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureKubeseal } from './kubeseal.js';

let dir: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sallyport-kubeseal-'));
  environment = { PATH: `${dir}:/usr/bin:/bin`, SALLYPORT_TEST_CACHE: join(dir, 'cache') };
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe('ensureKubeseal', () => {
  it('builds kubeseal 0.27.1, once', async () => {
    const build = 'while [ "$1" != -o ]; do shift; done; touch "$2/kubeseal"';
    const script = `#!/bin/sh\necho "$1" >> "${dir}/calls"\n[ "$1" = build ] || exit 0\n${build}\n`;
    await writeFile(join(dir, 'go'), script);
    await chmod(join(dir, 'go'), 0o755);
    const program = await ensureKubeseal(environment);
    expect(await ensureKubeseal({ ...environment, PATH: '' })).toBe(program);
    expect(existsSync(program)).toBe(true);
    expect(program).toContain('kubeseal-v0.27.1-');
    expect(await readFile(join(dir, 'calls'), 'utf8')).toBe('list\nbuild\n');
  });

  it('says what is missing and what to do when there is no Go', async () => {
    const build = ensureKubeseal({ ...environment, PATH: dir });
    await expect(build).rejects.toThrow('Cannot build kubeseal v0.27.1');
    await expect(build).rejects.toThrow('there is no `go` command on PATH');
  });
});
