import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { complete } from '../../../../src/cli/completion/complete.js';
import { TestTerminal } from '../../../support/cli-terminal.js';

const address = 'http://127.0.0.1:1';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-complete-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const config = () => join(folder, '.config', 'sallyport');

function write(name: string, content: object): void {
  mkdirSync(join(config(), 'logins'), { recursive: true });
  writeFileSync(join(config(), name), JSON.stringify(content), { mode: 0o600 });
}

async function completed(line: string): Promise<readonly string[]> {
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const terminal = new TestTerminal({ homeFolder: folder, env });
  await complete(line.split(' '), terminal);
  expect([terminal.errors, terminal.prompts]).toEqual(['', []]);
  return terminal.output.split('\n').slice(0, -1);
}

it('offers no name that is an option or a word of the scripts', async () => {
  const names = ['prod', 'Test', '127.0.0.1:8420', '--address=https://x', ':files', '-n', '@x'];
  write('config.json', { contexts: Object.fromEntries(names.map((name) => [name, { address }])) });
  const found = await completed('config use-context ');
  expect(found.toSorted()).toEqual(['127.0.0.1:8420', 'Test', 'prod']);
});

describe('names of the gateway', () => {
  it('are not waited for longer than the deadline, whatever is slow', async () => {
    const tokenFile = join(folder, 'fifo');
    execFileSync('mkfifo', [tokenFile]);
    write('config.json', { currentContext: 'a', contexts: { a: { address, tokenFile } } });
    const startedMs = performance.now();
    const found = completed('get ');
    try {
      expect(await Promise.race([found, late()])).toEqual([]);
      expect(performance.now() - startedMs).toBeLessThan(5_000);
    } finally {
      // The reader of the file ends.
      writeFileSync(tokenFile, '');
      await found;
    }
  });

  it('renew no token', async () => {
    const requests: unknown[] = [];
    const issuer = createServer((socket) => {
      requests.push(socket.destroy().on('error', () => undefined));
    });
    issuer.listen(0, '127.0.0.1');
    await once(issuer, 'listening');
    const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    const oidc = { issuer: url, clientId: 'cli' };
    write('config.json', { currentContext: 'a', contexts: { a: { address, oidc } } });
    const tokens = { address, ...oidc, token: 't', expiresAtSeconds: 1, refreshToken: 'r' };
    write('logins/a', tokens);
    expect(await completed('get ')).toEqual([]);
    issuer.close();
    expect(requests).toEqual([]);
  });

  it('query no keyring', async () => {
    const asked = join(folder, 'asked');
    const script = `#!/bin/sh\ntouch ${asked}\n`;
    writeFileSync(join(folder, 'docker-credential-test'), script, { mode: 0o755 });
    const context = { address, credentialHelper: 'test' };
    write('config.json', { currentContext: 'a', contexts: { a: context } });
    expect(await completed('get ')).toEqual([]);
    expect(existsSync(asked)).toBe(false);
  });
});

function late(): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('late'), 5_000).unref());
}
