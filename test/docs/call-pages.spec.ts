import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLong } from '../support/scale.js';
import { FaultyAttempts } from './faulty-attempts.js';
import { type CommandBlock, commandBlocks, pageFiles } from './fenced-blocks.js';
import { normaliseJson, normaliseText } from './normalise.js';
import { ReaderWorld, projectDir } from './reader-world.js';

interface CallPage {
  readonly name: string;
  /** Begins the names of the Secrets of the page. */
  readonly language: string;
  /** Starts the service of the page. */
  readonly command: string;
}

const java = { name: 'call-from-java', language: 'java', command: 'java Service.java' };
const pages: readonly CallPage[] = [
  { name: 'call-from-typescript', language: 'typescript', command: 'node service.mts' },
  { name: 'call-from-python', language: 'python', command: 'python3 service.py' },
  { name: 'call-from-go', language: 'go', command: './service' },
  { name: 'call-from-a-shell', language: 'shell', command: 'sh service.sh' },
  // Only long runs require a JDK.
  ...(isLong ? [java] : []),
];
const commandTimeoutMs = 120_000;
let world: ReaderWorld;

beforeAll(async () => {
  world = await ReaderWorld.start();
  await installClient(world.path('node_modules/@sallyport/client'));
});

afterAll(async () => {
  await world?.stop();
});

describe.each(pages.map((page) => [page.name, page] as const))(
  'docs/%s.md',
  (name, { language, command }) => {
    const page = readFileSync(join(projectDir, 'docs', `${name}.md`), 'utf8');

    it(
      'contains commands that work and print what the page shows',
      async () => {
        for (const file of pageFiles(page)) world.write(file.name, file.text);
        const blocks = commandBlocks(page);
        expect(blocks.length).toBeGreaterThan(2);
        for (const block of blocks) await check(block);
      },
      commandTimeoutMs,
    );

    it('stores the bytes of the value, and no refused or repeated write', async () => {
      const written = readFileSync(world.path('new-password'));
      expect(await valueOfVersion(language, 2)).toEqual(written);
      expect(await valueOfVersion(language, 3)).toEqual(Buffer.from('next-password'));
      expect(await versionsOf(language)).toEqual([3, 2, 1]);
    });

    it(
      'contains a service that repeats requests with the present token, and writes once',
      async () => {
        world.write('token', 'an-expired-token');
        const proxy = await FaultyAttempts.start(world.url, () => world.write('token', token()));
        try {
          const settings = `SALLYPORT_URL=${proxy.url} SALLYPORT_TOKEN_FILE=token`;
          const run = await world.run(`${settings} ${command} 2> errors`);
          expect(run.output).toContain(
            'wrote 32 bytes\nreplayed: true\nlate write: Conflict 412\n',
          );
        } finally {
          await proxy.stop();
        }
        expect(Math.min(...Object.values(proxy.made))).toBeGreaterThan(0);
        expect(await valueOfVersion(language, 4)).toEqual(readFileSync(world.path('new-password')));
        expect(await versionsOf(language)).toEqual([4, 3, 2, 1]);
      },
      commandTimeoutMs,
    );
  },
);

/** Installs the client as `npm install` of its packed form would. */
async function installClient(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  copyFileSync('packages/client/package.json', join(folder, 'package.json'));
  const compiler = 'node_modules/typescript/bin/tsc';
  const options = ['-p', 'packages/client', '--outDir', join(folder, 'dist')];
  await promisify(execFile)(process.execPath, [compiler, ...options], { timeout: 120_000 });
}

async function check({ commands, shown }: CommandBlock): Promise<void> {
  const { code, output, errorText } = await world.run(commands);
  expect({ code, errorText: code === 0 ? '' : errorText + output }).toEqual({
    code: 0,
    errorText: '',
  });
  if (shown?.language === 'json') expect(normaliseJson(output)).toEqual(normaliseJson(shown.text));
  if (shown?.language === 'text') expect(normaliseText(output)).toBe(normaliseText(shown.text));
}

function token(): string {
  return readFileSync(world.path('.sallyport/tokens/admin'), 'utf8').trim();
}

async function read(language: string, path: string): Promise<Buffer> {
  const url = `${world.url}/v1/namespaces/default/secrets/${language}-orders/${path}`;
  const headers = { authorization: `Bearer ${token()}` };
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
  expect(response.status).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

function valueOfVersion(language: string, version: number): Promise<Buffer> {
  return read(language, `keys/password?version=${version}`);
}

async function versionsOf(language: string): Promise<readonly number[]> {
  const { items } = JSON.parse(String(await read(language, 'versions'))) as {
    readonly items: readonly { readonly version: number }[];
  };
  return items.map(({ version }) => version);
}
