import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltGateway, buildGateway } from '../../support/child-gateway.js';
import { CliWorld } from './cli-world.js';
import { RunProcess, startScript } from './run-process.js';
import { normalised, parseTranscript, type TranscriptStep } from './transcript.js';
import { runInTerminal, runPiped, type UserSession, withoutControls } from './typing-user.js';

const folder = new URL('transcripts', import.meta.url).pathname;
/** In this order: later ones use the context and the Secrets of the former. */
const names = ['begin', 'secrets', 'rights', 'terminal'];
const transcripts = names.map((name) => {
  const text = readFileSync(join(folder, `${name}.transcript`), 'utf8');
  return { name, steps: parseTranscript(text) };
});
const canaries = ['c4nary-password', 'c4nary-name', 'c4nary-typed', 'c4nary-token'];

let world: CliWorld;
let built: BuiltGateway;
let session: UserSession;
let looking: RunProcess;

beforeAll(async () => {
  [world, built] = await Promise.all([CliWorld.start(), buildGateway()]);
  const home = join(world.folder, 'home');
  mkdirSync(home);
  const program = built.main.replace(/main\.js$/, 'cli.js');
  const files = {
    sallyport: `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`,
    value: 'c4nary-password',
    name: 'c4nary-name',
    typed: 'c4nary-typed',
    wrong: 'c4nary-token',
    'agent.yaml': `files: [{ path: ${home}/out/password, key: db/password }]`,
    canaries: canaries.join('\n'),
  };
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(world.folder, name), text, { mode: 0o700 });
    writeFileSync(join(home, name), text, { mode: 0o700 });
  }
  for (const role of ['owner', 'reader', 'nobody', 'auditor'] as const) {
    writeFileSync(join(home, role), readFileSync(world.tokenFile(role)), { mode: 0o600 });
  }
  const path = `${home}:${process.env['PATH'] ?? ''}`;
  session = { cwd: home, env: { PATH: path, HOME: home, GATEWAY: world.url, TERM: 'xterm' } };
  const look = new URL('seen-arguments.ts', import.meta.url).pathname;
  looking = new RunProcess(startScript([look, join(home, 'canaries'), program], {}));
});
afterAll(async () => {
  looking?.kill('SIGTERM');
  await world?.stop();
  built?.remove();
});

async function shownBy({ line, isTerminal, typed }: TranscriptStep): Promise<string> {
  const { text, code } = isTerminal
    ? await runInTerminal(line, typed, session)
    : await runPiped(line, session);
  const shown = normalised(withoutControls(text), world.url, session.cwd);
  return code === 0 ? shown : `${shown}\n[${code}]`.trimStart();
}

describe.each(transcripts)('a user who reads $name', ({ steps }) => {
  it.each(steps)('sees of `$line` what is written', async (step) => {
    expect(await shownBy(step)).toBe(step.shown);
  });
});

describe('the whole of it', () => {
  it('is more than sixty commands', () => {
    expect(transcripts.flatMap(({ steps }) => steps).length).toBeGreaterThan(60);
  });

  it('shows no value and no token in arguments, environments, logs and files of the user', () => {
    expect(looking.lines).toEqual([]);
    expect(looking.err).toBe('');
    const log = world.installation.log.join('\n');
    const home = readdirSync(session.cwd, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath.includes('.config'))
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'))
      .join('\n');
    for (const canary of canaries) expect(log + home).not.toContain(canary);
  });
});
