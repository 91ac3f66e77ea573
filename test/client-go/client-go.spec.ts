import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureClientGo } from './client-go.js';

let dir: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sallyport-client-go-'));
  environment = { PATH: `${dir}:/usr/bin:/bin`, SALLYPORT_TEST_CACHE: join(dir, 'cache') };
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

describe('ensureClientGo', () => {
  it('builds the program with the client-go that the cluster is built with, once', async () => {
    const build = 'while [ "$1" != -o ]; do shift; done; touch "$2/client-go"';
    const script = `#!/bin/sh\necho "$1" >> "${dir}/calls"\n[ "$1" = build ] || exit 0\n${build}\n`;
    await writeFile(join(dir, 'go'), script);
    await chmod(join(dir, 'go'), 0o755);
    const program = await ensureClientGo(environment);
    expect(await ensureClientGo({ ...environment, PATH: '' })).toBe(program);
    expect(existsSync(program)).toBe(true);
    expect(await readFile(join(dir, 'calls'), 'utf8')).toBe('list\nbuild\n');
    const [, version = ''] = /client-go-(v[\d.]+)-/.exec(program) ?? [];
    const ofCluster = await readFile('test/cluster/go.mod', 'utf8');
    expect(ofCluster).toContain(`k8s.io/client-go => k8s.io/client-go ${version}\n`);
  });

  it('says what is missing and what to do when there is no Go', async () => {
    const build = ensureClientGo({ ...environment, PATH: dir });
    await expect(build).rejects.toThrow('Cannot build a program on client-go v0.37');
    await expect(build).rejects.toThrow('there is no `go` command on PATH');
  });
});
