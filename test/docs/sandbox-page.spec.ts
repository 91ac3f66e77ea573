import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type BuiltGateway, buildGateway } from '../support/child-gateway.js';
import { send } from '../support/raw-http.js';
import { cleanEnvironment } from '../support/started-sandbox.js';

const [, forTests = ''] = readFileSync('docs/sandbox.md', 'utf8').split('## Use it from tests');
const START_MS_MAX = 60_000;

let built: BuiltGateway;
/** What looks like a checkout after `npm run build`. */
let checkout: string;

beforeAll(async () => {
  built = await buildGateway();
  checkout = dirname(dirname(built.main));
});

afterAll(() => built.remove());

/** The blocks of one language in the part of the page that is for tests. */
function blocks(language: string): readonly string[] {
  const fences = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, 'gms');
  return [...forTests.matchAll(fences)].map(([, text = '']) => text);
}

/** Guarantee: what the page shows for tests works as it stands there, and says what it shows. */
it('has a program that runs as the page says', async () => {
  const [program = ''] = blocks('js');
  const [commands = ''] = blocks('shell');
  writeFileSync(join(checkout, 'try-sandbox.mjs'), program);
  const [build, run = ''] = commands.trimEnd().split('\n');
  expect(build).toBe('npm run build');
  const { stdout } = await promisify(execFile)('sh', ['-c', run], {
    cwd: checkout,
    env: cleanEnvironment(),
  });
  expect(stdout).toBe(blocks('text')[0]);
});

it('has commands that start a gateway, which names its ports as the page says', async () => {
  const [, commands = ''] = blocks('shell');
  const child = spawn(
    'sh',
    ['-ec', `${commands.replace('exec', 'echo "$SALLYPORT_DATA_DIR"; exec')}`],
    {
      cwd: checkout,
      env: cleanEnvironment(),
    },
  );
  const firstOfOutput = firstLine(child);
  const lines = await linesUntilReady(child);
  const shown = blocks('text')[1]?.trimEnd().split('\n') ?? [];
  const withoutPort = (line: string) => line.replace(/:\d+$/, '');
  expect(lines.slice(0, shown.length).map(withoutPort)).toEqual(shown.map(withoutPort));
  const health = lines.find((line) => line.startsWith('health on '))?.slice('health on '.length);
  expect((await send(health ?? '', { path: '/readyz' })).status).toBe(200);
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  expect(await closed).toEqual([0, null]);
  rmSync(await firstOfOutput, { recursive: true });
});

async function linesUntilReady(child: ChildProcess): Promise<readonly string[]> {
  const timer = setTimeout(() => child.kill('SIGKILL'), START_MS_MAX);
  const lines: string[] = [];
  for await (const line of linesOf(child.stderr)) {
    lines.push(line);
    if (line.startsWith('Ctrl-C ends it')) break;
  }
  clearTimeout(timer);
  return lines;
}

async function firstLine(child: ChildProcess): Promise<string> {
  const [line] = (await once(linesOf(child.stdout), 'line')) as [string];
  return line;
}

// Asked for as a pipe, so it is there.
const linesOf = (input: ChildProcess['stdout']) =>
  createInterface({ input: input as NonNullable<typeof input> });
