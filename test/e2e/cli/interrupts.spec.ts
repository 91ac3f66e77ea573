import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newCanary } from '../../support/canary.js';
import { filesWith } from '../../support/files-with.js';
import { scaled } from '../../support/scale.js';
import { CTRL_C, TypedShell, type TypedShellWish } from '../../support/typed-shell.js';
import { CliWorld } from './cli-world.js';
import { RunProcess, startRun } from './run-process.js';
import { makeShellHome } from './shell-home.js';
import { type Moment, runUntil } from './traced-program.js';

const hooks = new URL('../../ts-hooks.mjs', import.meta.url).pathname;
const kubeconfigFile = new URL('../../../src/cli/kubeconfig/kubeconfig-file.ts', import.meta.url);
const MOMENTS = scaled(24, 4);
let world: CliWorld;
let shell: TypedShell | undefined;
let homes = 0;
/** Time that a command takes. */
let wholeMs: number;

beforeAll(async () => {
  world = await CliWorld.start();
  const startedMs = performance.now();
  const whole = new RunProcess(startRun(world, ['generate', 'warm', 'password']));
  if ((await whole.exited()) !== 0) throw new Error('the command has failed');
  wholeMs = performance.now() - startedMs;
});
afterAll(() => world?.stop());
// Where a test fails, the program still waits for its user.
afterEach(() => shell?.close());

function newHome(): TypedShellWish {
  homes += 1;
  return makeShellHome(world, `home-${homes}`, {});
}

function withGateway({ cwd, env }: TypedShellWish): TypedShellWish {
  return { cwd, env: { ...env, ...world.env('owner') } };
}

/** Runs a command in a terminal, and shows its exit code and the settings of the terminal. */
function inTerminal(command: string, home: TypedShellWish): TypedShell {
  const line = `trap : INT; ${command}; echo "end $?"; stty -a; echo shown; trap - INT; sleep 0.1`;
  shell = new TypedShell(line, home);
  return shell;
}

async function expectEcho(terminal: TypedShell): Promise<void> {
  const settings = await terminal.until('shown\n');
  expect(settings).toMatch(/(^|\s)echo\s/);
  expect(settings).toMatch(/(^|\s)icanon\s/);
  await terminal.ended;
}

describe('Ctrl-C at a hidden prompt', () => {
  it.each([
    ['set', 'set prompted password', 'password: '],
    ['login', 'login --address $SALLYPORT_ADDR --name typed', 'token: '],
  ])('of %s stores nothing, and shows typed characters again', async (_, command, prompt) => {
    const home = newHome();
    const typed = newCanary();
    const terminal = inTerminal(`sallyport ${command}`, withGateway(home));
    await terminal.until(prompt);
    terminal.type(typed + CTRL_C);
    expect(await terminal.until('end 2\n')).toContain('interrupted: nothing was done');
    await expectEcho(terminal);
    expect(terminal.shown).not.toContain('CANARY');
    expect(readdirSync(home.cwd).toSorted()).toEqual(['bin', 'tmp']);
    expect(await world.as('owner', 'get prompted')).toMatchObject({ code: 4 });
  });

  it('leaves the terminal as it was, at any moment before and after', async () => {
    const home = newHome();
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      const terminal = inTerminal('sallyport set any password', withGateway(home));
      await delay((wholeMs * (moment + 0.5) * 1.2) / MOMENTS);
      terminal.type(CTRL_C);
      expect(await terminal.until('end ')).not.toContain('CANARY');
      await expectEcho(terminal);
    }
    expect(readdirSync(home.cwd).toSorted()).toEqual(['bin', 'tmp']);
  });
});

describe('Ctrl-C while files are written', () => {
  const moments: readonly Moment[] = [
    { call: 'fsync', nth: 1, signal: 'SIGINT' },
    { call: 'rename', nth: 1, signal: 'SIGINT' },
    { call: 'fsync', nth: 2, signal: 'SIGINT' },
  ];

  it.each(moments)('leaves a whole login, at $call $nth', async (moment) => {
    const home = newHome();
    const input = readFileSync(world.tokenFile('owner'), 'utf8');
    const line = ['sallyport', 'login', '--address', world.url, '--name', 'pasted'];
    expect(await runUntil(moment, line, { ...home, input })).toEqual({
      code: 130,
      isReached: true,
    });
    const folder = join(home.cwd, '.config', 'sallyport');
    expect(readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted()).toEqual([
      ...['.config.json.lock', 'config.json', 'tokens', 'tokens/pasted'],
    ]);
    const config = readFileSync(join(folder, 'config.json'), 'utf8');
    expect(JSON.parse(config)).toMatchObject({ currentContext: 'pasted' });
    expect(readFileSync(join(folder, 'tokens', 'pasted'), 'utf8')).toBe(input);
  });

  it('leaves a whole kubeconfig and no lock', async () => {
    const home = newHome();
    const code = `import { changeKubeconfig } from '${kubeconfigFile}';
      await changeKubeconfig('made', () => 'whole');`;
    const line = [process.execPath, '--import', hooks, '--input-type=module', '-e', code];
    const moment: Moment = { call: 'fsync', nth: 1, signal: 'SIGINT' };
    expect(await runUntil(moment, line, home)).toEqual({ code: 130, isReached: true });
    expect(readdirSync(home.cwd).toSorted()).toEqual(['bin', 'made', 'tmp']);
    expect(readFileSync(join(home.cwd, 'made'), 'utf8')).toBe('whole');
  });
});

describe('an agent that ends while it writes', () => {
  /** Writes the former value, and begins to write the later one. */
  async function written(signal: Moment['signal'], call: Moment['call']) {
    const home = withGateway(newHome());
    const folder = join(home.cwd, 'out');
    mkdirSync(folder);
    const path = join(folder, 'password');
    const config = join(home.cwd, 'agent.yaml');
    writeFileSync(config, `files: [{ path: ${path}, key: written/password }]`);
    await world.as('owner', 'set written password=-', { input: 'former' });
    const once = ['agent', '--config', config, '--once'];
    expect(await new RunProcess(startRun(world, once)).exited()).toBe(0);
    await world.as('owner', 'set written password=-', { input: 'later' });
    const moment: Moment = { call, nth: 1, signal };
    const ended = await runUntil(moment, ['sallyport', ...once], home);
    return { ended, folder, path, once };
  }

  it.each(['fsync', 'rename'] as const)('by Ctrl-C at %s leaves a whole file', async (call) => {
    const { ended, folder, path } = await written('SIGINT', call);
    // The work is done by then.
    expect(ended).toEqual({ code: 0, isReached: true });
    expect(readdirSync(folder)).toEqual(['password']);
    expect(readFileSync(path, 'utf8')).toBe('later');
  });

  it('by a crash leaves a whole file, and a draft that a later start removes', async () => {
    const { ended, folder, path, once } = await written('SIGKILL', 'fsync');
    expect(ended).toEqual({ code: 137, isReached: true });
    expect(readFileSync(path, 'utf8')).toBe('former');
    const [draft = '', ...others] = readdirSync(folder);
    expect([draft, others]).toEqual([expect.stringContaining('draft'), ['password']]);
    utimesSync(join(folder, draft), 0, 0);
    // The file is the right one by now: another agent has written it.
    await world.as('owner', 'set written password=-', { input: 'former' });
    expect(await new RunProcess(startRun(world, once)).exited()).toBe(0);
    expect(readdirSync(folder)).toEqual(['password']);
    expect(readFileSync(path, 'utf8')).toBe('former');
  });
});

describe('Ctrl-C at any moment', () => {
  it('leaves of a read no file but that of the user', async () => {
    const value = newCanary();
    await world.as('owner', 'set shown password=-', { input: value });
    const home = withGateway(newHome());
    const { out: whole } = await world.as('owner', 'get shown --reveal');
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      const terminal = inTerminal('sallyport get shown --reveal > out', home);
      await delay((wholeMs * (moment + 0.5)) / MOMENTS);
      terminal.type(CTRL_C);
      await terminal.until('end ');
      await expectEcho(terminal);
      expect(['', whole]).toContain(readFileSync(join(home.cwd, 'out'), 'utf8'));
      writeFileSync(join(home.cwd, 'out'), '');
      expect(filesWith([value], [home.cwd])).toEqual([]);
    }
    expect(existsSync(join(home.cwd, '.cache'))).toBe(false);
  });

  it('leaves of a generated value the whole one in the Secret, or nothing', async () => {
    const home = withGateway(newHome());
    for (let moment = 0; moment < MOMENTS; moment += 1) {
      const terminal = inTerminal(`sallyport generate made-${moment} password`, home);
      await delay((wholeMs * (moment + 0.5)) / MOMENTS);
      terminal.type(CTRL_C);
      await terminal.until('end ');
      await expectEcho(terminal);
      const { code, out } = await world.as('owner', `key made-${moment} password`);
      expect([code, out.length]).toEqual(code === 0 ? [0, 32] : [4, 0]);
      if (code === 0) expect(filesWith([out], [home.cwd])).toEqual([]);
    }
    expect(readdirSync(home.cwd).toSorted()).toEqual(['bin', 'tmp']);
  });
});
