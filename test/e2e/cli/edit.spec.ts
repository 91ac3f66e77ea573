import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../services/programs.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
let memory: string;

beforeAll(async () => {
  // The scripts that stand for an editor.
  for (const program of ['sed', 'grep']) findProgram(program, program);
  world = await CliWorld.start();
  memory = mkdtempSync('/dev/shm/sallyport-test-');
});
afterAll(async () => {
  rmSync(memory, { recursive: true, force: true });
  await world?.stop();
});

/** Edits with a shell script, which gets the file as its last argument. */
function edit(name: string, script: string, { isTyping = false, line = '' } = {}) {
  const editor = join(world.folder, `${name}.sh`);
  writeFileSync(editor, script);
  const env = { ...world.env('owner'), PATH: process.env['PATH'], XDG_RUNTIME_DIR: memory };
  const typed = isTyping ? { typed: [] } : {};
  return world.run(`edit ${name}${line}`, { env: { ...env, EDITOR: `sh ${editor}` }, ...typed });
}

const set = (name: string, key: string, input: string) =>
  world.as('owner', `set ${name} ${key}=-`, { input });
const value = async (name: string, key: string) =>
  (await world.as('owner', `key ${name} ${key}`)).out;
const version = async (name: string) => {
  const { out } = await world.as('owner', `get ${name} -o json`);
  return (JSON.parse(out) as { version: number }).version;
};
const seen = (name: string) => readFileSync(join(world.folder, name), 'utf8');
/** Shell command that writes as somebody else. */
const others = (name: string, key: string, text: string) => {
  const url = `${world.url}/v1/namespaces/pay/secrets/${name}`;
  const header = `authorization: Bearer ${readFileSync(world.tokenFile('owner'), 'utf8').trim()}`;
  const body = JSON.stringify({ stringData: { [key]: text } });
  return `curl -fsS -o /dev/null -X PATCH -H '${header}' --json '${body}' ${url}`;
};

/** Attempts of a write by the client, see `retriesMax` of its default settings. */
const ATTEMPTS = 4;

/** Forwards connections to a gateway; cuts the first writes off. */
async function startRelay({ hostname, port }: URL, cutWrites: number) {
  let writes = 0;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => [client, upstream].forEach((one) => one.destroy()));
    }
    upstream.pipe(client);
    client.on('data', (chunk: Buffer) => {
      if (chunk.includes('PATCH ')) writes++;
      if (writes > 0 && writes <= cutWrites) client.destroy();
      else upstream.write(chunk);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stop = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, stop };
}

describe('sallyport edit', () => {
  it('writes the keys that were changed, added and removed, and leaves no file', async () => {
    await set('db', 'password', 'first-value');
    await set('db', 'user', 'app');
    const script = `stat -c %a "$1" "$(dirname "$1")" > ${world.folder}/modes
      cp "$1" ${world.folder}/text
      sed -i -e 's/first-value/second-value/' -e '/user:/d' "$1"
      sed -i -e 's/^stringData:/&\\n  new: "1"/' "$1"`;
    const { code, out, err } = await edit('db', script);
    expect([code, out, err]).toEqual([
      ...[0, '', 'pay/db: added new; changed password; removed user (version 3)\n'],
    ]);
    expect([await value('db', 'password'), await value('db', 'new')]).toEqual([
      'second-value',
      '1',
    ]);
    expect(seen('modes')).toBe('600\n700\n');
    const comment = seen('text')
      .split('\n')
      .filter((line) => line.startsWith('#'));
    expect([comment.length, comment.join().includes('first-value')]).toEqual([4, false]);
    expect(readdirSync(memory)).toEqual([]);
  });

  it('writes bytes that are no text', async () => {
    const file = join(world.folder, 'bytes');
    writeFileSync(file, Uint8Array.of(0, 255));
    await world.as('owner', `set binary value=@${file}`);
    expect(await edit('binary', `sed -i 's/AP8=/AAAA/' "$1"`)).toMatchObject({ code: 0 });
    const { out } = await world.as('owner', 'get binary -o json');
    expect((JSON.parse(out) as { keys: { sizeBytes: number }[] }).keys[0]?.sizeBytes).toBe(3);
  });

  it.each([
    ['leaves the text as it is', 'true', 0, 'pay/same: nothing has changed\n'],
    ['changes comments alone', `echo '# mine' >> "$1"`, 0, 'pay/same: nothing has changed\n'],
    ['empties the file', ': > "$1"', 1, 'the file is empty: nothing was written\n'],
    ['ends with a failure', 'exit 3', 1, 'the editor ended with 3: nothing was written\n'],
    ['removes the file', 'rm "$1"', 1, 'the editor has left no file: nothing was written\n'],
  ])('writes nothing if the user %s', async (_what, script, code, err) => {
    await set('same', 'password', 'same-value');
    const before = await version('same');
    expect(await edit('same', script)).toMatchObject({ code, err, out: '' });
    expect([await version('same'), readdirSync(memory)]).toEqual([before, []]);
  });

  it('checks everything in a dry run, and writes nothing', async () => {
    await set('planned', 'password', 'old');
    const options = { line: ' --dry-run' };
    const ended = await edit('planned', `sed -i s/old/new/ "$1"`, options);
    expect(ended).toMatchObject({ code: 0, err: 'dry run: pay/planned: changed password\n' });
    expect(await value('planned', 'password')).toBe('old');
  });

  it('opens again with the fault until the text is valid', async () => {
    await set('faulty', 'password', 'first-value');
    const script = `cp "$1" ${world.folder}/opened
      if grep -q 'Not written' "$1"; then sed -i 's/: : /: /' "$1"
      else sed -i 's/: first/: : second/' "$1"; fi`;
    expect(await edit('faulty', script, { isTyping: true })).toMatchObject({ code: 0 });
    const comment = /^# Not written: line (\d+) is no valid YAML: .*$/m.exec(seen('opened'));
    expect(seen('opened').split('\n')[Number(comment?.[1]) - 1]).toContain('second-value');
    expect(comment?.[0]).not.toContain('nothing was written');
    expect(await value('faulty', 'password')).toBe('second-value');
  });

  it('gives up if the same invalid text comes back', async () => {
    const text = String.raw`stringData:\n  a: [leaked\n  b: x\n`;
    const script = `echo >> ${world.folder}/starts; printf '${text}' > "$1"`;
    const { code, err } = await edit('faulty', script, { isTyping: true });
    const reason = 'line 2 is no valid YAML: a quote or a bracket has no end';
    expect([code, err.split('\n')[0], seen('starts')]).toEqual([
      ...[2, expect.stringContaining(`${reason}: nothing was written`), '\n\n'],
    ]);
  });

  it('opens again if the gateway refuses the values', async () => {
    await set('refused', 'good', 'x');
    const script = `if grep -q 'Not written' "$1"; then sed -i 's/a key/a.key/' "$1"
      else sed -i 's/good/a key/' "$1"; fi`;
    expect(await edit('refused', script, { isTyping: true })).toMatchObject({ code: 0 });
    expect(await value('refused', 'a.key')).toBe('x');
  });

  it('gives up if the user does not correct the fault', async () => {
    const script = `grep -q 'Not written' "$1" || echo leaked >> "$1"`;
    const { code, err } = await edit('same', script, { isTyping: true });
    expect([code, err]).toEqual([2, expect.stringContaining('nothing was written')]);
    expect(err).not.toContain('leaked');
    expect(await edit('same', `echo leaked >> "$1"`)).toMatchObject({ code: 2 });
  });

  it('asks whether to write again while the gateway is away, and keeps the text', async () => {
    await set('away', 'key', 'old');
    const gateway = await startRelay(new URL(world.url), ATTEMPTS);
    const editor = join(world.folder, 'away.sh');
    writeFileSync(editor, `echo >> ${world.folder}/away-starts; sed -i s/old/new/ "$1"`);
    const env = { ...world.env('owner'), PATH: process.env['PATH'], XDG_RUNTIME_DIR: memory };
    const { code, err, prompts } = await world.run('edit away', {
      env: { ...env, EDITOR: `sh ${editor}`, SALLYPORT_ADDR: gateway.url },
      typed: Array<string>(100).fill(''),
    });
    gateway.stop();
    expect([code, err]).toEqual([0, expect.stringContaining(': nothing was written\n')]);
    expect(prompts[0]).toBe('write again? [Y/n] ');
    expect([await value('away', 'key'), seen('away-starts')]).toEqual(['new', '\n']);
  });

  it('cannot start an editor that does not exist', async () => {
    const env = { ...world.env('owner'), XDG_RUNTIME_DIR: memory, EDITOR: 'no-such-editor' };
    const { code, err } = await world.run('edit same', { env });
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('name an editor in $VISUAL or $EDITOR'),
    ]);
    expect(readdirSync(memory)).toEqual([]);
  });

  it.each([
    ['reader', 'absent', 4],
    ['nobody', 'same', 3],
  ] as const)('opens no editor for %s and the Secret %s', async (role, name, code) => {
    const env = { ...world.env(role), EDITOR: 'no-such-editor' };
    expect(await world.run(`edit ${name}`, { env })).toMatchObject({ code, out: '' });
  });

  it('shows a user without the right to write that nothing was written', async () => {
    const env = { ...world.env('reader'), PATH: process.env['PATH'], XDG_RUNTIME_DIR: memory };
    const editor = "sed -i 's/same-value/other/'";
    const { code } = await world.run('edit same', { env: { ...env, EDITOR: editor } });
    expect([code, await value('same', 'password'), readdirSync(memory)]).toEqual([
      ...[3, 'same-value', []],
    ]);
  });
});

describe('a write of others in between', () => {
  it('is merged if it changes other keys', async () => {
    await set('merged', 'mine', 'old');
    await set('merged', 'theirs', 'old');
    const script = `${others('merged', 'theirs', 'of-others')}
      sed -i 's/mine: old/mine: own/' "$1"`;
    const { code, err } = await edit('merged', script);
    expect([code, err]).toEqual([0, 'pay/merged: changed mine (version 4)\n']);
    expect([await value('merged', 'mine'), await value('merged', 'theirs')]).toEqual([
      ...['own', 'of-others'],
    ]);
  });

  it('is merged if it went around the gateway', async () => {
    await set('direct', 'mine', 'old');
    await set('direct', 'theirs', 'old');
    const [opened, merged] = ['opened', 'merged'].map((name) => join(world.folder, name));
    const edited = edit(
      'direct',
      `touch ${opened}; until test -e ${merged}; do sleep 0.05; done
      sed -i 's/mine: old/mine: own/' "$1"`,
    );
    await expect.poll(() => existsSync(opened ?? '')).toBe(true);
    const path = '/api/v1/namespaces/pay/secrets/direct';
    const patch = { stringData: { theirs: 'of-others' } };
    const { status } = await world.installation.cluster.request('PATCH', path, patch);
    expect(status).toBe(200);
    writeFileSync(merged ?? '', '');
    expect(await edited).toMatchObject({ code: 0 });
    expect([await value('direct', 'mine'), await value('direct', 'theirs')]).toEqual([
      ...['own', 'of-others'],
    ]);
  });

  it('is a conflict if it changes the same key, which a program cannot solve', async () => {
    await set('conflict', 'password', 'old');
    const script = `${others('conflict', 'password', 'of-others')}; sed -i 's/: old/: own/' "$1"`;
    const { code, err } = await edit('conflict', script);
    expect([code, err]).toEqual([5, expect.stringContaining('password; nothing was written')]);
    expect([await value('conflict', 'password'), readdirSync(memory)]).toEqual(['of-others', []]);
  });

  it('is shown to the user, who solves the conflict', async () => {
    await set('solved', 'password', 'old');
    const solve = `cp "$1" ${world.folder}/conflict
      sed -i -e '/^theirs:/,$d' -e 's/: own/: agreed/' "$1"`;
    const script = `if grep -q ^theirs: "$1"; then ${solve}
      else ${others('solved', 'password', 'of-others')}; sed -i 's/: old/: own/' "$1"; fi`;
    expect(await edit('solved', script, { isTyping: true })).toMatchObject({ code: 0 });
    expect(await value('solved', 'password')).toBe('agreed');
    const lines = seen('conflict').split('\n');
    const header = lines.filter((line) => line.startsWith('#')).join('\n');
    expect(header).toMatch(/^# password: you changed it; system:\S+ changed it$/m);
    expect(header).not.toMatch(/: own|of-others/);
    expect(lines.slice(lines.indexOf('theirs:'))).toEqual([
      ...['theirs:', '  stringData:', '    password: of-others', '  data: {}', ''],
    ]);
  });

  it('is not overwritten if the user leaves the conflict as it is', async () => {
    await set('left', 'password', 'old');
    const script = `grep -q ^theirs: "$1" && exit 0
      ${others('left', 'password', 'of-others')}; sed -i 's/: old/: own/' "$1"`;
    expect(await edit('left', script, { isTyping: true })).toMatchObject({ code: 5 });
    expect(await value('left', 'password')).toBe('of-others');
  });

  it('is not undone if the Secret was deleted', async () => {
    await set('deleted', 'password', 'old');
    const url = `${world.url}/v1/namespaces/pay/secrets/deleted`;
    const remove = others('deleted', 'x', 'y')
      .replace(/-X PATCH/, '-X DELETE')
      .replace(/--json \S+/, '');
    expect(remove).toContain(url);
    const { code } = await edit('deleted', `${remove}; sed -i 's/: old/: own/' "$1"`);
    expect([code, (await world.as('owner', 'get deleted')).code]).toEqual([4, 4]);
  });
});
