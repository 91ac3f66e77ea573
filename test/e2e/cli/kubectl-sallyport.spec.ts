import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { KubectlUser } from './kubectl-user.js';

let user: KubectlUser;
let bin: string;

beforeAll(async () => {
  user = await KubectlUser.start();
  bin = join(user.home, 'bin');
  mkdirSync(bin);
  install();
  await user.logIn('alice');
  await run('kubeconfig');
});
afterAll(() => user?.stop());

/** Installs the program as npm does: a link to its start file, by the name that kubectl knows. */
function install(): void {
  const [hooks, program] = ['test/ts-hooks.mjs', 'src/cli.ts'].map((path) =>
    JSON.stringify(pathToFileURL(resolve(path)).href),
  );
  const start = join(bin, 'sallyport.mjs');
  const lines = [`#!${process.execPath}`, `import ${hooks};`, `await import(${program});`, ''];
  writeFileSync(start, lines.join('\n'));
  chmodSync(start, 0o755);
  symlinkSync(start, join(bin, 'kubectl-sallyport'));
}

const run = (line: string) => user.world.run(line, user.home);
const plugin = (line: string, env: Readonly<Record<string, string>> = {}) =>
  user.kubectl(`sallyport ${line}`, { PATH: `${bin}:${process.env['PATH']}`, ...env });

/** Writes a kubeconfig of its own. */
function kubeconfig(name: string, cluster: object, who: object): string {
  const path = join(user.home, `${name}.kubeconfig`);
  const config = {
    clusters: [{ name, cluster }],
    users: [{ name, user: who }],
    contexts: [{ name, context: { cluster: name, user: name, namespace: 'pay' } }],
    'current-context': name,
  };
  writeFileSync(path, stringify(config));
  return path;
}

const gateway = () => ({
  server: `${user.secureUrl}/kubernetes`,
  'certificate-authority': 'ca.crt',
});

describe('kubectl sallyport', () => {
  it('uses gateway, namespace and login of the current context', async () => {
    const { out, err } = await plugin('whoami');
    expect(err).toBe('');
    expect(out).toMatch(/^User +oidc:alice$/m);
    expect(out).toMatch(/^Namespace +pay$/m);
  });

  it('rolls a Secret back, which kubectl shows', async () => {
    for (const value of ['one', 'two', 'three', 'four']) {
      const line = `set db password=${value} --insecure-literal`;
      expect(await plugin(line)).toMatchObject({ code: 0 });
    }
    expect(await plugin('rollback db --to 3 --yes')).toMatchObject({ code: 0 });
    const { out } = await user.kubectl('get secret db -o jsonpath={.data.password}');
    expect(Buffer.from(out, 'base64').toString()).toBe('three');
  });

  it('has its own exit codes', async () => {
    expect(await plugin('get none')).toMatchObject({ code: 4 });
    expect(await plugin('nonsense')).toMatchObject({ code: 2 });
  });

  it('has a help of its name', async () => {
    expect((await plugin('--help')).out).toMatch(/^Usage: kubectl sallyport /);
  });

  it.each([
    ['a token', async () => ({ token: await account('token') })],
    ['a file next to the kubeconfig', async () => ({ tokenFile: await tokenFile('near') })],
    [
      'a plug-in',
      async () => ({
        exec: {
          apiVersion: 'client.authentication.k8s.io/v1',
          command: './plugin',
          env: [{ name: 'TOKEN_FILE', value: join(user.home, await tokenFile('plug')) }],
          interactiveMode: 'IfAvailable',
        },
      }),
    ],
  ])('takes the credential of the user: %s', async (_what, credential) => {
    const script = `#!/bin/sh
token=$(cat "$TOKEN_FILE")
echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
echo '"status":{"token":"'"$token"'"}}'
`;
    writeFileSync(join(user.home, 'plugin'), script, { mode: 0o755 });
    const KUBECONFIG = kubeconfig('own', gateway(), await credential());
    const { out, err } = await plugin('whoami', { KUBECONFIG });
    expect(err).toBe('');
    expect(out).toMatch(/^User +system:serviceaccount:pay:(token|near|plug)$/m);
  });

  it.each([
    ['an API server', { server: 'https://127.0.0.1:1' }, { token: 't' }, 'not a gateway'],
    ['no token', gateway, {}, 'has no token'],
    ['a plug-in that is not installed', gateway, exec('none'), 'cannot be started: ENOENT'],
    ['a plug-in that fails', gateway, exec('false'), 'the plug-in false ended with 1'],
    ['a plug-in without a token', gateway, exec('true'), 'has printed no token'],
  ])('says what a context cannot do: %s', async (_what, cluster, who, message) => {
    const place = typeof cluster === 'function' ? cluster() : cluster;
    const { code, err } = await plugin('list', { KUBECONFIG: kubeconfig('odd', place, who) });
    expect([code, err]).toEqual([expect.any(Number), expect.stringContaining(message)]);
    expect(code).toBeGreaterThan(0);
  });

  it('uses another context that an option names', async () => {
    const odd = kubeconfig('odd', { server: 'https://127.0.0.1:1' }, {});
    const KUBECONFIG = `${odd}:${join(user.home, '.kube', 'config')}`;
    expect(await plugin('list', { KUBECONFIG })).toMatchObject({ code: 2 });
    expect(await plugin('list --context sallyport-work', { KUBECONFIG })).toMatchObject({
      code: 0,
    });
    expect(await plugin('list --context none', { KUBECONFIG })).toMatchObject({ code: 2 });
  });

  it('uses another gateway that the environment names', async () => {
    const KUBECONFIG = kubeconfig('odd', { server: 'https://127.0.0.1:1' }, {});
    expect(await plugin('list', { KUBECONFIG, SALLYPORT_CONTEXT: 'work' })).toMatchObject({
      code: 0,
    });
    const env = {
      SALLYPORT_ADDR: user.world.url,
      SALLYPORT_TOKEN_FILE: join(user.home, await tokenFile('env')),
    };
    expect((await plugin('whoami', { KUBECONFIG, ...env })).out).toContain('pay:env');
  });

  it('uses the contexts of sallyport without a context of kubectl', async () => {
    expect(await plugin('list', { KUBECONFIG: '/nonexistent' })).toMatchObject({ code: 0 });
  });

  it('shows no token to other users of the machine', async () => {
    const { token } = user.world.saved(user.home);
    expect(readFileSync(join(user.home, '.kube', 'config'), 'utf8')).not.toContain(token);
    expect(JSON.stringify(await plugin('list -v'))).not.toContain(token);
  });
});

function account(name: string): Promise<string> {
  return user.world.installation.user('pay', name, []);
}

async function tokenFile(name: string): Promise<string> {
  writeFileSync(join(user.home, `${name}.token`), await account(name));
  return `${name}.token`;
}

function exec(command: string) {
  return { exec: { apiVersion: 'client.authentication.k8s.io/v1', command } };
}
