import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ensureBinaries, ensureOlderKubectl } from './binaries.js';

let dir: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sallyport-binaries-'));
  environment = { PATH: `${dir}:/usr/bin:/bin`, SALLYPORT_TEST_CACHE: join(dir, 'cache') };
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Puts a `go` on PATH that notes how it was called and then does as `script` says. */
async function installGo(script: string): Promise<void> {
  const path = join(dir, 'go');
  await writeFile(path, `#!/bin/sh\necho "$1" >> "${dir}/calls"\n${script}\n`);
  await chmod(path, 0o755);
}

const buildsAll = `
[ "$1" = build ] || exit 0
while [ "$1" != -o ]; do shift; done
sleep 1
touch "$2/server" "$2/kube-apiserver" "$2/kubectl"
`;

describe('ensureBinaries', () => {
  it('says what is missing and what to do when there is no Go', async () => {
    const build = ensureBinaries({ ...environment, PATH: dir });
    await expect(build).rejects.toThrow('there is no `go` command on PATH');
    await expect(build).rejects.toThrow(/Go 1\.26\S* or newer on PATH \(https:\/\/go\.dev\/dl\/\)/);
    expect(await readdir(join(dir, 'cache'))).toEqual([]);
  });

  it('passes on what a Go that is too old, or a build that failed, has said', async () => {
    await installGo('echo "go: go.mod requires go >= 1.26.0 (running go 1.22.1)" >&2; exit 1');
    const build = ensureBinaries(environment);
    await expect(build).rejects.toThrow('go.mod requires go >= 1.26.0 (running go 1.22.1)');
    await expect(build).rejects.toThrow('Needed, once: Go 1.26');
    expect(await readdir(join(dir, 'cache'))).toEqual([]);
  });

  it('builds once when several ask at the same time, and not at all afterwards', async () => {
    await installGo(buildsAll);
    const asked = Array.from({ length: 3 }, () => ensureBinaries(environment));
    const [binaries] = await Promise.all(asked);
    await ensureBinaries({ ...environment, PATH: '' });
    expect(await readFile(join(dir, 'calls'), 'utf8')).toBe('list\nbuild\n');
    expect(Object.values(binaries ?? {}).filter((path) => existsSync(path))).toHaveLength(3);
    expect(await readdir(join(dir, 'cache'))).toHaveLength(1);
  });

  it('builds when an earlier builder died and left its lock', async () => {
    await installGo(buildsAll);
    const { etcd } = await ensureBinaries(environment);
    const folder = join(etcd, '..');
    await rm(folder, { recursive: true });
    await writeFile(`${folder}.lock`, '');
    const aMinuteAgo = new Date(Date.now() - 60_000);
    await utimes(`${folder}.lock`, aMinuteAgo, aMinuteAgo);
    await ensureBinaries(environment);
    expect(existsSync(etcd)).toBe(true);
    expect(await readdir(join(dir, 'cache'))).toHaveLength(1);
  });
});

describe('ensureOlderKubectl', () => {
  it('builds it beside the programs of the cluster, and takes neither for the other', async () => {
    await installGo(buildsAll);
    const { kubectl } = await ensureBinaries(environment);
    const older = await ensureOlderKubectl(environment);
    expect(older).toMatch(/kubectl-v1\.32\.\d+-[^/]+\/kubectl$/);
    expect([older, kubectl].filter((path) => existsSync(path))).toHaveLength(2);
    expect(await readdir(join(dir, 'cache'))).toHaveLength(2);
  });

  it('says what is missing and what to do when there is no Go', async () => {
    const build = ensureOlderKubectl({ ...environment, PATH: dir });
    await expect(build).rejects.toThrow('Cannot build kubectl v1.32');
    await expect(build).rejects.toThrow('there is no `go` command on PATH');
  });
});
