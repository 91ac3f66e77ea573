import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureFerretdb } from './ferretdb-binary.js';

let dir: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sallyport-ferretdb-build-'));
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

const vendors = `
version=vendor/github.com/FerretDB/FerretDB/build/version
if [ "$1" = mod ]; then mkdir -p $version; exit; fi
`;
/** The binary is the version that it was built with. */
const builds = `
${vendors}
while [ "$1" != -o ]; do shift; done
mkdir -p "$2"
cp $version/version.txt "$2/ferretdb"
sleep 1
`;

describe('ensureFerretdb', () => {
  it('says what is missing and what to do when there is no Go', async () => {
    const build = ensureFerretdb({ ...environment, PATH: dir });
    await expect(build).rejects.toThrow('there is no `go` command on PATH');
    await expect(build).rejects.toThrow('Needed, once: Go on PATH (https://go.dev/dl/)');
    expect(await readdir(join(dir, 'cache'))).toEqual([]);
  });

  it('passes on what a build that failed has said, and leaves nothing of it', async () => {
    await installGo(`${vendors}\necho "no space left on device" >&2; exit 1`);
    await expect(ensureFerretdb(environment)).rejects.toThrow('no space left on device');
    expect(await readdir(join(dir, 'cache'))).toEqual([]);
  });

  it('builds the version that go.mod names, once, however many ask', async () => {
    await installGo(builds);
    const asked = Array.from({ length: 3 }, () => ensureFerretdb(environment));
    const [binary = ''] = await Promise.all(asked);
    await ensureFerretdb({ ...environment, PATH: '' });
    expect(existsSync(binary)).toBe(true);
    expect(await readFile(binary, 'utf8')).toMatch(/^v\d+\.\d+\.\d+$/);
    expect(await readFile(join(dir, 'calls'), 'utf8')).toBe('mod\nbuild\n');
    expect(await readdir(join(dir, 'cache'))).toHaveLength(1);
  });
});
