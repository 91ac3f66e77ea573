import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensurePythonClient } from './python-client.js';

let dir: string;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'sallyport-python-'));
  environment = { PATH: `${dir}:/usr/bin:/bin`, SALLYPORT_TEST_CACHE: join(dir, 'cache') };
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Puts a `python3` on PATH that tells its version, and notes how else it was called. */
async function installPython(script: string): Promise<void> {
  const path = join(dir, 'python3');
  const version = '[ "$1" = -c ] && { echo cpython-399; exit; }';
  await writeFile(path, `#!/bin/sh\n${version}\necho "$2 $3" >> "${dir}/calls"\n${script}\n`);
  await chmod(path, 0o755);
}

const installs = `
while [ "$1" != --target ]; do shift; done
sleep 1
touch "$2/kubernetes"
`;

describe('ensurePythonClient', () => {
  it('says what is missing and what to do when there is no Python', async () => {
    const client = ensurePythonClient({ ...environment, PATH: dir });
    await expect(client).rejects.toThrow('The Python client cannot be tested');
    await expect(client).rejects.toThrow('on Debian the package python3');
  });

  it('passes on what an installation that failed has said, and leaves nothing of it', async () => {
    await installPython('echo "No module named pip" >&2; exit 1');
    const client = ensurePythonClient(environment);
    await expect(client).rejects.toThrow('No module named pip');
    await expect(client).rejects.toThrow('on Debian the package python3-pip');
    expect(await readdir(join(dir, 'cache'))).toEqual([]);
  });

  it('installs what requirements.txt pins, once for a version of Python, for all', async () => {
    await installPython(installs);
    const asked = Array.from({ length: 3 }, () => ensurePythonClient(environment));
    const [client] = await Promise.all(asked);
    const folder = client?.environment['PYTHONPATH'] ?? '';
    expect(folder).toMatch(/python-client-\d+\.\d+\.\d+-cpython-399-/);
    expect(existsSync(join(folder, 'kubernetes'))).toBe(true);
    expect(await readFile(join(dir, 'calls'), 'utf8')).toBe('pip install\n');
    expect(await readdir(join(dir, 'cache'))).toHaveLength(1);
  });
});
