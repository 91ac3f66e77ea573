import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigText } from '../../../src/kubectl/domain/kubeconfig.js';
import { ensureBinaries, ensureOlderKubectl } from '../../cluster/binaries.js';
import { hostilePaths } from '../../support/hostile-paths.js';

let dir: string;
let kubectls: readonly string[];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'sallyport-kubeconfig-'));
  kubectls = [(await ensureBinaries()).kubectl, await ensureOlderKubectl()];
});

afterAll(() => rmSync(dir, { recursive: true }));

/** The whole file as kubectl understands it. */
function viewOf(kubectl: string, tokenFile: string) {
  const file = join(dir, 'config');
  const users = [{ name: 'sallyport', tokenFile }] as const;
  writeFileSync(file, kubeconfigText({ gateway: 'https://sallyport.example', users }));
  const args = ['--kubeconfig', file, 'config', 'view', '--raw', '-o', 'json'];
  // Older ones show a member that nobody uses any more.
  const { preferences: _, ...view } = JSON.parse(
    execFileSync(kubectl, args, { encoding: 'utf8' }),
  ) as Record<string, unknown>;
  return view;
}

/** Guarantee: whatever a path is called, it adds no user, plug-in or token to a kubeconfig. */
describe('kubectl, today and as people still have it, reads a kubeconfig', () => {
  it.each(hostilePaths)('as it is meant: %s', (_what, path) => {
    const tokenFile = `/${path}`;
    for (const kubectl of kubectls) {
      expect(viewOf(kubectl, tokenFile)).toEqual({
        apiVersion: 'v1',
        kind: 'Config',
        clusters: [
          { name: 'sallyport', cluster: { server: 'https://sallyport.example/kubernetes' } },
        ],
        users: [{ name: 'sallyport', user: { tokenFile } }],
        contexts: [{ name: 'sallyport', context: { cluster: 'sallyport', user: 'sallyport' } }],
        'current-context': 'sallyport',
      });
    }
  });
});
