import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pluginToken } from '../../../../src/cli/kubeconfig/exec-plugin.js';
import { TestTerminal } from '../../../support/cli-terminal.js';

const CALLERS = 20;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-plugin-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a plug-in runs once for callers at the same time', async () => {
  const log = join(folder, 'runs');
  const ended = { token: 't', expirationTimestamp: '2020-01-01T00:00:00Z' };
  const printed = JSON.stringify({ kind: 'ExecCredential', status: ended });
  const script = `echo run >> ${log}; sleep 0.1; echo '${printed}'`;
  const exec = {
    ...{ apiVersion: 'client.authentication.k8s.io/v1', command: '/bin/sh', args: ['-c', script] },
  };
  const terminal = new TestTerminal({ homeFolder: folder, env: { PATH: process.env['PATH'] } });
  const token = await pluginToken({ exec, cluster: {}, folder }, terminal);
  const all = Array.from({ length: CALLERS }, async () => token({ isRefused: false }));
  expect(new Set(await Promise.all(all))).toEqual(new Set(['t']));
  expect(readFileSync(log, 'utf8')).toBe('run\nrun\n');
});
