import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltGateway, buildGateway } from '../../support/child-gateway.js';
import { send } from '../../support/raw-http.js';
import {
  type Ports,
  type StartOptions,
  StartedSandbox,
  failedStart,
  freePorts,
  listenerNames,
} from '../../support/started-sandbox.js';

const secrets = '/v1/namespaces/default/secrets';

let built: BuiltGateway;
let cwd: string;
let ports: Ports;
let running: StartedSandbox | undefined;

beforeAll(async () => {
  built = await buildGateway();
  cwd = mkdtempSync(join(tmpdir(), 'sallyport-start-'));
  ports = await freePorts();
});

afterAll(async () => {
  await running?.stop();
  built.remove();
  rmSync(cwd, { recursive: true, force: true });
});

const options = (more: Partial<StartOptions> = {}): StartOptions => {
  return { main: built.main, cwd, ports, ...more };
};

/** Ends the one that runs, if any, and runs another on the same folder. */
async function start(more: Partial<StartOptions> = {}): Promise<StartedSandbox> {
  await stop();
  running = await StartedSandbox.start(options(more));
  return running;
}

/** One that runs on the folder, whichever test has started it. */
async function haveStarted(): Promise<void> {
  if (running === undefined) await start();
}

async function stop(): Promise<void> {
  await running?.stop();
  running = undefined;
}

const dataFile = (path: string) => join(cwd, '.sallyport', path);
const read = (path: string) => readFileSync(dataFile(path), 'utf8');
const token = (user: string) => read(`tokens/${user}`).trim();
const plain = () => `http://127.0.0.1:${ports.main}`;

async function statusOf(user: string, path: string): Promise<number> {
  return (await send(plain(), { path, token: token(user) })).status;
}

async function createSecret(name: string): Promise<void> {
  const body = { name, stringData: { password: 'root', user: 'me' } };
  const answer = await send(plain(), {
    method: 'POST',
    path: secrets,
    token: token('admin'),
    body,
  });
  expect(answer.status, answer.text).toBe(201);
}

describe('a first start', () => {
  beforeAll(async () => {
    await start();
    await createSecret('shhhhhh');
  });

  it('says where it listens, on loopback alone', () => {
    expect(running?.printed).toContain(`listening on http://127.0.0.1:${ports.main}\n`);
    expect(running?.printed).toContain(`listening on https://127.0.0.1:${ports.tls}\n`);
    expect(running?.printed).toContain(`health on http://127.0.0.1:${ports.health}\n`);
    expect(running?.printed).toContain(`sandbox on https://127.0.0.1:${ports.sandbox}\n`);
  });

  it('lets each user do what he is for, and no more', async () => {
    const events = '/v1/audit/events';
    const mongodb = '/v1/namespaces/mongodb/secrets';
    const key = `${secrets}/shhhhhh/keys/password`;
    const rights = Object.fromEntries(
      await Promise.all(
        ['admin', 'reader', 'key-reader', 'auditor', 'nobody'].map(async (user) => [
          user,
          await Promise.all(
            [secrets, `${secrets}/shhhhhh`, key, mongodb, events].map((path) =>
              statusOf(user, path),
            ),
          ),
        ]),
      ),
    ) as unknown;
    expect(rights).toEqual({
      admin: [200, 200, 200, 200, 200],
      reader: [200, 200, 200, 403, 403],
      'key-reader': [403, 403, 200, 403, 403],
      auditor: [403, 403, 403, 403, 200],
      nobody: [403, 403, 403, 403, 403],
    });
  });

  it('serves HTTPS with a certificate of the authority that it left in its folder', async () => {
    const ca = read('tls/ca.crt');
    for (const host of ['localhost', '127.0.0.1']) {
      const answer = await send(`https://${host}:${ports.tls}`, {
        path: secrets,
        token: token('reader'),
        ca,
      });
      expect(answer.status).toBe(200);
    }
  });

  it('marks every answer, of every listener, as one of a sandbox', async () => {
    const answers = await Promise.all([
      send(plain(), { path: secrets, token: token('reader') }),
      send(plain(), { path: secrets }),
      send(plain(), { path: '/nowhere' }),
      send(plain(), { path: '/docs' }),
      send(plain(), { path: '/%zz' }),
      send(plain(), { method: 'POST', path: '/graphql', token: token('reader'), body: {} }),
      send(`https://127.0.0.1:${ports.tls}`, { path: '/nowhere', ca: read('tls/ca.crt') }),
      send(`http://127.0.0.1:${ports.health}`, { path: '/readyz' }),
      send(`http://127.0.0.1:${ports.health}`, { path: '/nowhere' }),
    ]);
    for (const { headers } of answers) expect(headers['sallyport-mode']).toBe('sandbox');
  });

  it('leaves nothing in its folder that another user can read', () => {
    const entries = readdirSync(dataFile('.'), { recursive: true, withFileTypes: true });
    const open = entries.filter(
      ({ parentPath, name }) => (statSync(join(parentPath, name)).mode & 0o077) !== 0,
    );
    expect(open.map(({ name }) => name)).toEqual([]);
    expect(statSync(dataFile('.')).mode & 0o777).toBe(0o700);
  });
});

describe('another start on the same folder', () => {
  it('is refused while the first one runs, in one sentence', async () => {
    await haveStarted();
    const { code, errorText } = await failedStart(options({ ports: await freePorts() }));
    expect({ code, errorText }).toEqual({
      code: 1,
      errorText: expect.stringMatching(/^another Sallyport process uses the data folder .*$/),
    });
  });

  it('finds Secrets, audit trail and certificate as they were, also after kill -9', async () => {
    await haveStarted();
    await createSecret('kept');
    const before = read('tls/server.crt');
    await running?.kill();
    await start();
    expect(await statusOf('reader', `${secrets}/kept`)).toBe(200);
    const events = await send(plain(), {
      path: '/v1/audit/events?secret=kept',
      token: token('auditor'),
    });
    expect(events.text).toContain('secrets.create');
    expect(read('tls/server.crt')).toBe(before);
  });

  it('makes new tokens, and the old ones stay good', async () => {
    await haveStarted();
    const old = token('reader');
    await start();
    expect(token('reader')).not.toBe(old);
    expect((await send(plain(), { path: secrets, token: old })).status).toBe(200);
  });

  it('begins with nothing after --reset, and leaves what is not of its making', async () => {
    await haveStarted();
    await createSecret('gone');
    const old = token('reader');
    await stop();
    writeFileSync(dataFile('notes.txt'), 'mine');
    await start({ args: ['--reset'] });
    expect(await statusOf('reader', `${secrets}/gone`)).toBe(404);
    expect((await send(plain(), { path: secrets, token: old })).status).toBe(401);
    expect(read('notes.txt')).toBe('mine');
  });
});

describe('what cannot start', () => {
  beforeAll(stop);

  it.each(listenerNames)('says in one sentence that its %s port is taken', async (name) => {
    const taken = createServer();
    await once(taken.listen(ports[name], '127.0.0.1'), 'listening');
    try {
      const { code, errorText } = await failedStart(options());
      expect(code).toBe(1);
      expect(errorText).toMatch(new RegExp(`^port ${ports[name]} .*is taken[^\n]*$`));
    } finally {
      await once(taken.close(), 'close');
    }
  });

  it.each(['sallyport.db', 'sandbox/objects.db'])(
    'says in one sentence that %s is damaged, and starts after --reset',
    async (name) => {
      if (!existsSync(dataFile(name))) await start();
      await stop();
      writeFileSync(dataFile(name), randomBytes(8_192));
      const { code, errorText } = await failedStart(options());
      expect(code).toBe(1);
      expect(errorText).toMatch(new RegExp(`^[^\n]*${name} is damaged[^\n]*$`));
      await start({ args: ['--reset'] });
      expect(await statusOf('reader', secrets)).toBe(200);
      await stop();
    },
  );

  it.each([
    ['/proc/sallyport', 'cannot be written '],
    ['/dev/null/sallyport', 'cannot be made: /dev/null is a file, not a folder: '],
    ['/dev/null', 'is a file, not a folder: '],
  ])('says in one sentence that it cannot have its folder: %s', async (dataDir, why) => {
    const environment = { SALLYPORT_DATA_DIR: dataDir };
    const { code, errorText } = await failedStart(options({ environment }));
    expect(code).toBe(1);
    expect(errorText).toContain(`the data folder ${dataDir} ${why}`);
    expect(errorText).toMatch(/^[^\n]*SALLYPORT_DATA_DIR$/);
  });

  it('says in one sentence that it does not know an option', async () => {
    expect(await failedStart(options({ args: ['--resett'] }))).toEqual({
      code: 1,
      errorText:
        '--resett is not understood: known are --config FILE, --reset, --help and --version',
    });
  });

  it('says in one sentence that npm has kept --reset', async () => {
    const environment = { npm_config_reset: 'true' };
    expect(await failedStart(options({ environment }))).toEqual({
      code: 1,
      errorText: 'npm has taken --reset for its own: npm start -- --reset',
    });
  });

  it('resets no folder that is not of its making', async () => {
    const environment = { SALLYPORT_DATA_DIR: cwd };
    const { code, errorText } = await failedStart(options({ args: ['--reset'], environment }));
    expect({ code, errorText }).toEqual({
      code: 1,
      errorText: `${cwd} is not the data folder of a sandbox: nothing is removed`,
    });
    expect(existsSync(dataFile('sallyport.db'))).toBe(true);
  });
});

describe('the end', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('by %s is in order', async (signal) => {
    const one = await start();
    expect(await one.stop(signal)).toBe(0);
  });

  it('by a signal to npm start reaches it', async () => {
    // npm passes signals to the shell in which it runs the script.
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      readonly scripts: { readonly start: string };
    };
    const one = await start({ script: scripts.start.replace('dist/main.js', built.main) });
    expect(await one.stop('SIGTERM')).toBe(0);
  });
});
