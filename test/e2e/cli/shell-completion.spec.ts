import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shellPrograms } from '../../services/shell-programs.js';
import { TypedShell, type TypedShellWish } from '../../support/typed-shell.js';
import { CliWorld } from './cli-world.js';
import { makeShellHome } from './shell-home.js';

const TAB = '\t';
/** Key that stores the line in a file and clears it. */
const STORE = '\u0018\u0012';
/** Where each shell loads completions, as the page says. */
const scriptFiles = {
  zsh: '.zfunc/_sallyport',
  fish: '.config/fish/completions/sallyport.fish',
} as const;
const startFiles = {
  zsh: {
    '.zshrc': `PS1='ready> '
fpath=(~/.zfunc $fpath)
autoload -Uz compinit && compinit -u
store() { print -r -- "$BUFFER" >> ~/lines; BUFFER= }
zle -N store
bindkey '^X^R' store
`,
  },
  fish: {
    '.config/fish/config.fish': `function fish_prompt; echo 'ready> '; end
function store; commandline >> ~/lines; commandline ''; commandline -f repaint; end
bind \\cx\\cr store
`,
  },
} as const;
const hostileNames = ['$(touch hostile)', '`touch hostile`', 'h;touch hostile', '*', 'h ost'];
let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
  for (const name of ['database', 'other key']) {
    const [secret, key = 'password'] = name.split(' ');
    await world.as('owner', `set ${secret} ${key}=-`, { input: 'hidden-value' });
  }
});
afterAll(() => world?.stop());

describe.each(['zsh', 'fish'] as const)('the completion of %s', (name) => {
  let home: TypedShellWish;
  let shell: TypedShell;
  let stored = 0;

  beforeAll(async () => {
    const { address, tokenFile } = { address: world.url, tokenFile: world.tokenFile('owner') };
    const context = { address, tokenFile, namespace: 'pay' };
    const contexts = Object.fromEntries(['work', ...hostileNames].map((one) => [one, context]));
    const { out: script } = await world.run(`completion ${name}`);
    home = makeShellHome(world, name, {
      ...startFiles[name],
      [scriptFiles[name]]: script,
      '.config/sallyport/config.json': JSON.stringify({ currentContext: 'work', contexts }),
      'values.txt': '',
    });
    shell = new TypedShell(shellPrograms[name](), home);
    await shell.until('ready> ');
  });
  afterAll(() => shell?.close());

  /** Returns the line after Tab. */
  async function completed(line: string): Promise<string> {
    shell.type(`${line}${TAB}${STORE}`);
    stored += 1;
    const file = join(home.cwd, 'lines');
    const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
    await expect.poll(() => lines().length).toBe(stored + 1);
    return lines()[stored - 1] ?? '';
  }

  it.each([
    ['unde', 'undelete '],
    ['token cr', 'token create '],
    ['get --rev', 'get --reveal '],
    ['get -o jsonpath-', 'get -o jsonpath-file='],
    ['get da', 'get database '],
    ['get pay/o', 'get pay/other '],
    ['key database ', 'key database password '],
    ['get --context w', 'get --context work '],
    ['login --token-file val', 'login --token-file values.txt '],
    ['get absent/', 'get absent/'],
    ['key absent ', 'key absent '],
    ['nonsense ', 'nonsense '],
  ])('makes of %j the line %j', async (line, whole) => {
    expect(await completed(`sallyport ${line}`)).toBe(`sallyport ${whole}`);
  });

  it('works for a program that is started by its path', async () => {
    expect(await completed('~/bin/sallyport unde')).toBe('~/bin/sallyport undelete ');
    expect(await completed('~/absent/sallyport unde')).toBe('~/absent/sallyport unde');
    expect(shell.shown).not.toMatch(/unknown command|not found/i);
  });

  it('runs nothing of the line', async () => {
    const line = 'sallyport get (touch hostile) $(touch hostile) `touch hostile` ';
    expect(await completed(line)).toBe(line);
    expect(existsSync(join(home.cwd, 'hostile'))).toBe(false);
  });

  it('offers no name that has characters of the shell', async () => {
    expect(await completed('sallyport get --context h')).toBe('sallyport get --context h');
    expect(await completed('sallyport get --context ')).toBe('sallyport get --context work ');
    expect(existsSync(join(home.cwd, 'hostile'))).toBe(false);
  });

  it('expands no word that the program prints', async () => {
    const file = join(home.cwd, 'bin', 'sallyport');
    const program = readFileSync(file);
    rmSync(file);
    writeFileSync(file, `#!/bin/sh\necho '$(touch hostile)*x'\n`, { mode: 0o755 });
    try {
      const line = await completed('sallyport ge$');
      expect(line.replaceAll('\\', '')).toMatch(/^sallyport (ge\$|\$\(touch hostile\)\*x ?)$/);
      expect(await completed('sallyport ')).toBe('sallyport \\$\\(touch\\ hostile\\)\\*x ');
      expect(existsSync(join(home.cwd, 'hostile'))).toBe(false);
    } finally {
      writeFileSync(file, program, { mode: 0o755 });
    }
  });
});
