import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBinaries } from '../../cluster/binaries.js';
import { type BuiltGateway, buildGateway } from '../../support/child-gateway.js';

const START_MS_MAX = 30_000;

let built: BuiltGateway;
let dir: string;
/** Empty folder, in which the package is installed. */
let user: string;

beforeAll(async () => {
  built = await buildGateway();
  dir = mkdtempSync(join(tmpdir(), 'kube-sandbox-'));
  user = join(dir, 'user');
  mkdirSync(user);
  const source = join(dirname(dirname(built.main)), 'node_modules', '@sallyport', 'kube-sandbox');
  npm(source, 'pack', '--ignore-scripts', '--pack-destination', dir);
  const [archive = ''] = readdirSync(dir).filter((name) => name.endsWith('.tgz'));
  npm(user, 'install', '--offline', '--ignore-scripts', '--no-save', join(dir, archive));
});
afterAll(() => {
  built.remove();
  rmSync(dir, { recursive: true, force: true });
});

function npm(cwd: string, ...args: readonly string[]): void {
  const env = { PATH: process.env['PATH'], HOME: dir };
  execFileSync('npm', [...args, '--silent'], { cwd, env, stdio: 'pipe' });
}

/** Resolves to the first lines of a program's output. */
async function firstLines(child: ChildProcess, count: number): Promise<readonly string[]> {
  const lines: string[] = [];
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    lines.push(line);
    if (lines.length === count) break;
  }
  clearTimeout(timer);
  return lines;
}

/** Guarantee: the package works without this repository and without other packages. */
describe('the packed sandbox, installed in an empty folder', () => {
  it('is the only package, without source and without tests', () => {
    const scopes = readdirSync(join(user, 'node_modules')).filter((name) => !name.startsWith('.'));
    expect(scopes).toEqual(['@sallyport']);
    const installed = join(user, 'node_modules', '@sallyport', 'kube-sandbox');
    expect(readdirSync(installed).toSorted()).toEqual(['README.md', 'bin', 'dist', 'package.json']);
  });

  it('serves kubectl, and ends by a signal', async () => {
    const { kubectl } = await ensureBinaries();
    const program = join(user, 'node_modules/@sallyport/kube-sandbox/bin/kube-sandbox.mjs');
    const child = spawn(process.execPath, [program, '--data-dir', 'data'], {
      cwd: user,
      env: {},
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const [serving, command] = await firstLines(child, 2);
      expect(serving).toMatch(/^serving https:\/\/127\.0\.0\.1:\d+$/);
      const file = join(user, 'data', 'kubeconfig');
      expect(command).toBe(`export KUBECONFIG=${file}`);
      const env = { KUBECONFIG: file, HOME: dir };
      const namespaces = execFileSync(kubectl, ['get', 'namespaces'], { env, encoding: 'utf8' });
      expect(namespaces).toMatch(/^default +Active/m);
    } finally {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exited).toEqual([0, null]);
    }
  });

  it('ends with an error if its kubeconfig cannot be written', () => {
    mkdirSync(join(user, 'broken', 'kubeconfig'), { recursive: true });
    const program = join(user, 'node_modules/@sallyport/kube-sandbox/bin/kube-sandbox.mjs');
    const { status, stderr } = spawnSync(process.execPath, [program, '--data-dir', 'broken'], {
      cwd: user,
      encoding: 'utf8',
      timeout: START_MS_MAX,
    });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^kube-sandbox: .*kubeconfig/)]);
  });

  it('refuses a wrong port in one sentence', () => {
    const program = join(user, 'node_modules/@sallyport/kube-sandbox/bin/kube-sandbox.mjs');
    const run = () =>
      execFileSync(process.execPath, [program, '--port', '70000'], { cwd: user, stdio: 'pipe' });
    expect(run).toThrow(/--port must be a number from 0 to 65535/);
    expect(readdirSync(user)).not.toContain('.kube-sandbox');
  });

  it('shows its usage, and starts nothing', () => {
    const program = join(user, 'node_modules/@sallyport/kube-sandbox/bin/kube-sandbox.mjs');
    const run = { cwd: user, encoding: 'utf8' } as const;
    const shown = execFileSync(process.execPath, [program, '--help'], run);
    expect(shown).toMatch(/^Usage: kube-sandbox \[--data-dir DIR\] \[--port PORT\]\n/);
    expect(readdirSync(user)).not.toContain('.kube-sandbox');
  });

  it('runs the program of its README', () => {
    const readme = readFileSync('packages/kube-sandbox/README.md', 'utf8');
    const [, program = ''] = /^```js\n(.*?)^```$/ms.exec(readme) ?? [];
    writeFileSync(join(user, 'program.mjs'), program);
    const run = { cwd: user, encoding: 'utf8' } as const;
    expect(execFileSync(process.execPath, ['program.mjs'], run)).toBe('200\n');
  });

  it('has the version of the repository', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const text = readFileSync('packages/kube-sandbox/package.json', 'utf8');
    expect((JSON.parse(text) as { version: string }).version).toBe(version);
  });
});
