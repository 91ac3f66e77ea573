import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../services/programs.js';
import { CliWorld } from './cli-world.js';

const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
const program = new URL('../../../src/cli.ts', import.meta.url).pathname;
let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
  await world.as('owner', 'set database password=-', { input: 'hidden-value' });
  await world.as('owner', 'set database tls.crt=-', { input: 'hidden-value' });
  await world.as('owner', 'set other key=-', { input: 'hidden-value' });
  const wrapper = join(world.folder, 'sallyport');
  writeFileSync(
    wrapper,
    `#!/bin/sh\nexec '${process.execPath}' --import '${hooks}' '${program}' "$@"\n`,
  );
  chmodSync(wrapper, 0o755);
});
afterAll(() => world?.stop());

const env = () => ({
  ...world.env('owner'),
  ...{ HOME: world.folder, PATH: `${world.folder}:${process.env['PATH']}` },
});
const complete = async (line: string, cache: string) => {
  const terminalEnv = { ...env(), XDG_CACHE_HOME: join(world.folder, cache) };
  const wish = { env: terminalEnv };
  const { out, err, code } = await world.run(['__complete', '--', ...line.split(' ')], wish);
  expect([err, code]).toEqual(['', 0]);
  return out.split('\n').slice(0, -1);
};

describe('sallyport __complete', () => {
  it.each([
    ['get da', ['database']],
    ['get pay/o', ['pay/other']],
    ['key database ', ['password', 'tls.crt']],
    ['key database t', ['tls.crt']],
    ['key pay/database p', ['password']],
    ['hist', ['history']],
    ['token cr', ['create']],
    ['get database --rev', ['--reveal']],
    ['get absent/', []],
    ['nonsense ', []],
  ])('completes %j to %j', async (line, words) => {
    expect(await complete(line, 'first')).toEqual(words);
  });

  it('caches names for the user alone, and no value', async () => {
    await complete('get da', 'private');
    const folder = join(world.folder, 'private', 'sallyport');
    const [file = ''] = readdirSync(folder);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    await world.as('owner', 'set database2 key=-', { input: 'x' });
    expect(await complete('get da', 'private')).toEqual(['database']);
    expect(await complete('get da', 'another')).toEqual(['database', 'database2']);
  });

  it('prints nothing if the gateway cannot be reached, in bounded time', async () => {
    const wish = { env: { ...env(), SALLYPORT_ADDR: 'http://127.0.0.1:1' } };
    const startedMs = performance.now();
    const ended = await world.run(['__complete', '--', 'get', ''], wish);
    expect(ended).toMatchObject({ code: 0, out: '', err: '' });
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe('the completion of bash', () => {
  const bash = (...words: readonly string[]) => bashOf('sallyport', ...words);
  const bashOf = async (...words: readonly string[]) => {
    const script = `source <(sallyport completion bash)
      COMP_WORDS=("$@"); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
      $(complete -p sallyport | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const child = spawn(findProgram('bash', 'bash'), ['--norc', '-c', script, 'bash', ...words], {
      env: env(),
    });
    child.on('error', () => undefined);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return err + out;
  };

  it('completes commands, options and names', async () => {
    expect(await bash('unde')).toBe('undelete\n');
    expect(await bash('get', '--re')).toBe('--reveal\n');
    expect(await bash('key', 'database', 'pass')).toBe('password\n');
  });

  it('works for a program in the home folder, and finds nothing without an error', async () => {
    expect(await bashOf('~/sallyport', 'unde')).toBe('undelete\n');
    expect(await bash('get', 'absent/')).toBe('\n');
  });

  it('expands no word that the program prints', async () => {
    const folder = join(world.folder, 'hostile');
    mkdirSync(folder);
    const program = join(folder, 'sallyport');
    writeFileSync(program, "#!/bin/sh\necho '/*'; echo '$(touch hostile)'\n", { mode: 0o755 });
    expect(await bashOf(program, 'x')).toBe('/*\n$(touch hostile)\n');
  });
});

it('has a script for three shells, and for no other', async () => {
  expect(await world.run('completion tcsh')).toMatchObject({ code: 2, out: '' });
});
