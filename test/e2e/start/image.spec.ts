import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltGateway, buildGateway } from '../../support/child-gateway.js';

let built: BuiltGateway;
let folder: string;

beforeAll(async () => {
  built = await buildGateway();
  folder = mkdtempSync(join(tmpdir(), 'sallyport-image-'));
  // As the Dockerfile does.
  rmSync(join(dirname(dirname(built.main)), 'node_modules', '@sallyport'), { recursive: true });
});
afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true, force: true });
});

function start(environment: Readonly<Record<string, string>>) {
  const dataDir = join(folder, 'data');
  const env = { ...environment, SALLYPORT_DATA_DIR: dataDir };
  return spawnSync(process.execPath, [built.main], { cwd: folder, env, encoding: 'utf8' });
}

describe('the container image', () => {
  it('is built without a sandbox', () => {
    expect(readFileSync('Dockerfile', 'utf8')).toContain('rm -rf packages node_modules/@sallyport');
    expect(readFileSync('.dockerignore', 'utf8')).toContain('\ndeploy/sandbox\n');
  });

  it('does not start without a cluster, says so in one sentence, and leaves no folder', () => {
    const { status, stderr } = start({});
    expect(status).toBe(78);
    expect(stderr.trimEnd()).toMatch(/^this installation has no sandbox: .*SALLYPORT_KUBERNETES/);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('goes as far as its kubeconfig with one', () => {
    const { status, stderr } = start({
      SALLYPORT_KUBERNETES: 'kubeconfig',
      KUBECONFIG: '/nowhere/kubeconfig',
      SALLYPORT_NAMESPACES_SERVED: 'pay',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('/nowhere/kubeconfig');
  });
});
