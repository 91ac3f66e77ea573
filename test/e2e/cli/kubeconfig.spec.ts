import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { KubectlUser } from './kubectl-user.js';

let user: KubectlUser;
let config: string;

beforeAll(async () => {
  user = await KubectlUser.start();
  config = join(user.home, '.kube', 'config');
  await user.logIn('alice');
  await run('set db password=-', 'first-value');
});
afterAll(() => user?.stop());

const run = (line: string, input?: string) =>
  user.world.run(line, user.home, { ...(input !== undefined && { input }) });

describe('sallyport kubeconfig', () => {
  it('lets kubectl use the login: without a token in the file', async () => {
    expect(await run('kubeconfig')).toMatchObject({ code: 0, out: '' });
    expect(statSync(config).mode & 0o777).toBe(0o600);
    const text = readFileSync(config, 'utf8');
    const { token, refreshToken } = user.world.saved(user.home);
    expect(text).not.toContain(token);
    expect(text).not.toContain(refreshToken);
    expect(await user.kubectl('auth whoami -o jsonpath={.status.userInfo.username}')).toEqual({
      ...{ code: 0, out: 'oidc:alice', err: '' },
    });
    expect(await user.kubectl('get secrets -o name')).toMatchObject({ out: 'secret/db\n' });
    expect((await user.kubectl('get secret db -o jsonpath={.data.password}')).out).toBe(
      Buffer.from('first-value').toString('base64'),
    );
  });

  it('keeps what the file has, and changes the current context only if asked', async () => {
    const file = join(user.home, 'own.kubeconfig');
    writeFileSync(file, '# mine\ncurrent-context: mine\ncontexts:\n  - name: mine\n');
    expect(await run(`kubeconfig --file ${file} --name gate`)).toMatchObject({ code: 0 });
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^# mine\ncurrent-context: mine\n/);
    expect(parse(text)).toMatchObject({ contexts: [{ name: 'mine' }, { name: 'gate' }] });
    expect(await run(`kubeconfig --file ${file} --name gate --use`)).toMatchObject({ code: 0 });
    expect(parse(readFileSync(file, 'utf8'))).toMatchObject({ 'current-context': 'gate' });
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('changes the first file of KUBECONFIG that exists, and a link stays a link', async () => {
    const folder = join(user.home, 'several');
    mkdirSync(folder);
    const [none, link, target] = ['none', 'link', 'target'].map((name) => join(folder, name));
    writeFileSync(target ?? '', '');
    symlinkSync(target ?? '', link ?? '');
    const env = { KUBECONFIG: `${none}:${link}` };
    expect(await user.world.run('kubeconfig', user.home, { env })).toMatchObject({ code: 0 });
    expect(existsSync(none ?? '')).toBe(false);
    expect(lstatSync(link ?? '').isSymbolicLink()).toBe(true);
    expect(readFileSync(target ?? '', 'utf8')).toContain('sallyport-work');
  });

  it('prints one, and changes no file', async () => {
    const before = readFileSync(config, 'utf8');
    const { code, out } = await run('kubeconfig --print --command sallyport');
    expect([code, parse(out)]).toMatchObject([
      0,
      {
        clusters: [{ cluster: { server: `${user.secureUrl}/kubernetes` } }],
        users: [
          {
            user: {
              exec: { command: 'sallyport', args: ['credential', '--context', 'work'] },
            },
          },
        ],
        contexts: [{ context: { namespace: 'pay' } }],
      },
    ]);
    expect(readFileSync(config, 'utf8')).toBe(before);
  });

  it('names another server only if the user does', async () => {
    const { code, out } = await run('kubeconfig --print --server https://other.test:8443/');
    expect([code, parse(out)]).toMatchObject([
      ...[0, { clusters: [{ cluster: { server: 'https://other.test:8443/kubernetes' } }] }],
    ]);
    expect(await run('kubeconfig --print --server http://other.test')).toMatchObject({ code: 2 });
  });

  it.each([
    ['a file that is no kubeconfig', 'text', 2, 'cannot be changed: it is no kubeconfig'],
    ['a file that is no YAML', 'a: [', 2, 'cannot be changed: it is not YAML'],
  ])('leaves %s', async (_what, text, code, message) => {
    const file = join(user.home, 'odd.kubeconfig');
    writeFileSync(file, text);
    const ended = await run(`kubeconfig --file ${file}`);
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(message)]);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('waits for no other program that changes the file', async () => {
    const file = join(user.home, 'locked.kubeconfig');
    writeFileSync(`${file}.lock`, '');
    const ended = await run(`kubeconfig --file ${file}`);
    expect([ended.code, ended.err]).toEqual([5, expect.stringContaining('another program')]);
    expect(existsSync(file)).toBe(false);
  });

  it('never connects the token of a context with another gateway', async () => {
    const token = join(user.home, 'token');
    writeFileSync(token, await user.world.installation.user('pay', 'other', []));
    const env = { SALLYPORT_ADDR: user.world.url, SALLYPORT_TOKEN_FILE: token };
    const ended = await user.world.run('kubeconfig --print', user.home, { env });
    expect([ended.code, ended.out, ended.err]).toEqual([
      ...[2, '', expect.stringContaining(`the context work is for ${user.secureUrl}`)],
    ]);
  });

  it('needs a context', async () => {
    const ended = await user.world.run('kubeconfig', user.world.newHome());
    expect([ended.code, ended.err]).toEqual([2, expect.stringContaining('sallyport login')]);
  });
});

describe('sallyport credential', () => {
  it('prints the token and its end', async () => {
    const { code, out } = await run('credential');
    const { token, expiresAtSeconds = 0 } = user.world.saved(user.home);
    expect([code, JSON.parse(out)]).toEqual([
      0,
      {
        apiVersion: 'client.authentication.k8s.io/v1',
        kind: 'ExecCredential',
        status: {
          token,
          expirationTimestamp: new Date(expiresAtSeconds * 1_000).toISOString().replace('.000', ''),
        },
      },
    ]);
  });

  it('is of the context that the kubeconfig names, whatever the environment says', async () => {
    const env = { SALLYPORT_TOKEN_FILE: user.caFile, SALLYPORT_ADDR: 'https://elsewhere' };
    const { out } = await user.world.run('credential --context work', user.home, { env });
    expect(JSON.parse(out)).toMatchObject({
      status: { token: user.world.saved(user.home)['token'] },
    });
  });

  it('can be of a file with a token', async () => {
    const token = await user.world.installation.user('pay', 'file', []);
    const file = join(user.home, 'file.token');
    writeFileSync(file, `Authorization: Bearer ${token}\n`);
    const line = `credential --address ${user.world.url} --token-file ${file}`;
    const { out } = await run(line);
    const status = { token, expirationTimestamp: expect.stringMatching(/^20\S+Z$/) as string };
    expect(JSON.parse(out)).toMatchObject({ status });
  });

  it('has the sentence about a login that has ended in the output of kubectl', async () => {
    const path = join(user.home, '.config', 'sallyport', 'logins', 'work');
    const before = readFileSync(path, 'utf8');
    const { refreshToken: _none, ...others } = user.world.saved(user.home);
    writeFileSync(path, JSON.stringify({ ...others, expiresAtSeconds: 1 }));
    try {
      const { code, err } = await user.kubectl('get secrets');
      expect(code).not.toBe(0);
      expect(err).toContain('log in again: sallyport login --context work');
    } finally {
      writeFileSync(path, before);
    }
  });

  it('refuses a version that it does not know', async () => {
    const env = { KUBERNETES_EXEC_INFO: '{"apiVersion":"x/v1","kind":"ExecCredential"}' };
    const ended = await user.world.run('credential', user.home, { env });
    expect([ended.code, ended.out]).toEqual([1, '']);
  });
});
