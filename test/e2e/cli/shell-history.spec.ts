import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shellPrograms } from '../../services/shell-programs.js';
import { newCanary } from '../../support/canary.js';
import { filesWith } from '../../support/files-with.js';
import { TypedShell, type TypedShellWish } from '../../support/typed-shell.js';
import { CliWorld } from './cli-world.js';
import { makeShellHome } from './shell-home.js';

const settings = `PS1='ready> '
HISTFILE=~/.history HISTSIZE=1000 SAVEHIST=1000
`;
const shells = {
  bash: { start: () => 'bash', files: { '.bashrc': settings } },
  zsh: { start: shellPrograms.zsh, files: { '.zshrc': settings } },
} as const;
let world: CliWorld;

beforeAll(async () => {
  world = await CliWorld.start();
});
afterAll(() => world?.stop());

describe.each(['bash', 'zsh'] as const)('a user of %s', (name) => {
  /** Values by their keys, and what is a value or a token. */
  const values = { typed: newCanary(), input: newCanary(), file: newCanary() };
  const edited = newCanary();
  /** Shows that the files are read: the user writes this value into the line. */
  const literal = randomBytes(16).toString('hex');
  let secrets: readonly string[];
  let home: TypedShellWish;
  let shell: TypedShell;
  let given: string;
  let steps = 0;
  let pasted: string;
  let before: ReadonlySet<string>;

  beforeAll(async () => {
    given = join(world.folder, `given-${name}`);
    mkdirSync(given);
    for (const key of ['input', 'file'] as const) writeFileSync(join(given, key), values[key]);
    writeFileSync(join(given, 'edited'), `  edited: ${JSON.stringify(edited)}\n`);
    writeFileSync(join(given, 'editor'), 'sed -i "/^stringData:/r $GIVEN/edited" "$1"\n');
    pasted = readFileSync(world.tokenFile('owner'), 'utf8').trim();
    const ofFile = readFileSync(world.tokenFile('reader'), 'utf8').trim();
    secrets = [...Object.values(values), edited, pasted, ofFile];
    home = makeShellHome(world, `history-${name}`, shells[name].files);
    const env = { GIVEN: given, GATEWAY: world.url, TOKENS: world.folder };
    shell = new TypedShell(shells[name].start(), { ...home, env: { ...home.env, ...env } });
    await shell.until('ready> ');
    before = new Set(sharedEntries());
  });
  afterAll(() => shell?.close());

  /** Types a command, and what it asks for; returns what it shows. */
  async function types(command: string, answer?: { after: string; text: string }) {
    steps += 1;
    shell.type(`${command}; echo "end $?" of $((${steps}+0))\n`);
    if (answer !== undefined) {
      await shell.until(`\n${answer.after}`);
      shell.type(`${answer.text}\n`);
    }
    return shell.until(`\nend 0 of ${steps}\n`);
  }

  it('logs in, writes, edits, reads and runs', async () => {
    const login = 'sallyport login --address $GATEWAY -n pay';
    await types(`${login} --name file --token-file $TOKENS/reader`);
    const afterToken = await types(`${login} --name pasted`, { after: 'token: ', text: pasted });
    const typing = { after: 'typed: ', text: values.typed };
    const afterValue = await types(`sallyport set ${name} typed`, typing);
    expect(afterToken + afterValue).not.toMatch(/CANARY|eyJ/);
    await types(`sallyport set ${name} input=- < $GIVEN/input`);
    await types(`sallyport set ${name} file=@$GIVEN/file`);
    await types(`EDITOR="sh $GIVEN/editor" sallyport edit ${name}`);
    await types(`sallyport generate ${name} made`);
    const read = await types(`sallyport get ${name} --reveal`);
    for (const value of [...Object.values(values), edited])
      expect(read).toContain(JSON.stringify(value));
    const script = `test -s "$SALLYPORT_FILES/${name}/typed"`;
    await types(`sallyport run --secret ${name} --files -- sh -c '${script}'`);
    await types(`sallyport set ${name} literal=${literal} --insecure-literal`);
    shell.type('exit\n');
    expect(await shell.ended).toBe(0);
  });

  it('has no value and no token in a file that the user did not name', async () => {
    const { out } = await world.as('owner', `key ${name} made`);
    expect(out).toHaveLength(32);
    expect(filesWith([literal], [home.cwd])).toEqual([join(home.cwd, '.history')]);
    const tokens = join(home.cwd, '.config/sallyport/tokens/pasted');
    expect(filesWith([...secrets, out], [home.cwd, ...newEntries()])).toEqual([tokens]);
  });

  /** Returns what is in the shared folders since the user has begun. */
  function newEntries(): readonly string[] {
    return sharedEntries().filter((path) => !before.has(path));
  }
});

function sharedEntries(): readonly string[] {
  return [...new Set([tmpdir(), '/tmp', '/dev/shm'])].flatMap((folder) =>
    readdirSync(folder).map((name) => join(folder, name)),
  );
}
