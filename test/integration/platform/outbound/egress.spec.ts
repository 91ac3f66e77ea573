import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  allowedHostProblem,
  compileEgress,
} from '../../../../src/platform/outbound/domain/egress-rules.js';
import { connectTo } from '../../../../src/platform/outbound/connect-to.js';
import { Egress, type LookUp } from '../../../../src/platform/outbound/egress.js';

const never = new AbortController().signal;
const hosts = ['127.0.0.1', '127.0.0.2'];
const seen = new Map<string, number>();
let servers: readonly Server[];
let port: number;

/** Listens on both addresses at one port, and counts who comes where. */
beforeAll(async () => {
  const listen = async (host: string, at: number): Promise<Server> => {
    const server = createServer((socket) => {
      seen.set(host, (seen.get(host) ?? 0) + 1);
      socket.on('error', () => undefined).end();
    });
    await once(server.listen(at, host), 'listening');
    return server;
  };
  const first = await listen('127.0.0.1', 0);
  port = (first.address() as AddressInfo).port;
  servers = [first, await listen('127.0.0.2', port)];
});

afterAll(async () => {
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
});

/** A name that means another address each time it is asked for. */
function rebinding(answers: readonly string[]): LookUp {
  let asked = 0;
  return () => {
    const answer = answers[asked % answers.length] ?? '';
    asked += 1;
    return Promise.resolve([answer]);
  };
}

async function visit(egress: Egress, host: string): Promise<void> {
  const socket = await connectTo(await egress.resolve(host, port, undefined, never), never);
  await once(socket.resume(), 'close');
}

describe('a name that changes its address', () => {
  it('leads to the address that was checked, and to no other', async () => {
    seen.clear();
    const rules = compileEgress(
      { allow: [{ host: 'db.example', addresses: ['127.0.0.1/32'] }], deny: [] },
      [],
    );
    const egress = new Egress(rules, rebinding(hosts));
    await visit(egress, 'db.example');
    await expect(visit(egress, 'db.example')).rejects.toMatchObject({ reason: 'HostNotAllowed' });
    await visit(egress, 'db.example');
    await expect.poll(() => seen.get('127.0.0.1')).toBe(2);
    expect(seen.get('127.0.0.2')).toBeUndefined();
  });
});

/** Ways to name this machine, or what it should not reach, as seen in the wild. */
const spellings = [
  ...['127.0.0.1', '127.1', '127.0.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001'],
  ...[
    '0177.0.0.1',
    '127.000.000.001',
    '①②⑦.0.0.1',
    '１２７.０.０.１',
    '127。0。0。1',
    '0',
    '0.0.0.0',
  ],
  ...['127.0.0.1.', '127.0.0.2', '[::1]', '::1', '[::]', '::', '::ffff:127.0.0.1', '::ffff:7f00:1'],
  ...['[::ffff:127.0.0.1]', '::127.0.0.1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:0:7f00:1::'],
  ...['fe80::1%lo', '[fe80::1%25lo]', 'localhost', 'LOCALHOST', 'localhost.', 'ip6-localhost'],
  ...[
    '169.254.169.254',
    '169.254.169.254.',
    '[::ffff:169.254.169.254]',
    '0xa9fea9fe',
    '2852039166',
  ],
  ...['user@127.0.0.1', '127.0.0.1:80', '127.0.0.1/x', '127.0.0.1#x', '127.0.0.1%00', '/var/run/s'],
  ...['unix:/tmp/s', 'lo\tcalhost', ' 127.0.0.1', '255.255.255.255', 'fd00:ec2::254', '10.96.0.1'],
];

/** As careless as a list can be: it names whatever a spelling may come to. */
const careless = [...spellings, '*.0.0.1', '*.example']
  .filter((host) => allowedHostProblem(host) === undefined)
  .map((host) => ({ host }));

describe('a spelling of an address that is denied', () => {
  it('is one of forty and more', () => {
    expect(new Set(spellings).size).toBeGreaterThanOrEqual(40);
    expect(careless.length).toBeGreaterThanOrEqual(20);
  });

  it.each(spellings)('reaches nothing even where the list names it: %j', async (host) => {
    seen.clear();
    const rules = compileEgress({ allow: careless, deny: [] }, [{ host: '10.96.0.1', port: 443 }]);
    const egress = new Egress(rules, () => Promise.resolve(hosts));
    await expect(visit(egress, host)).rejects.toMatchObject({ reason: 'HostNotAllowed' });
    expect(seen.size).toBe(0);
  });
});

describe('a connection', () => {
  it('is refused where nobody listens', async () => {
    const [server] = servers;
    const free = createServer();
    await once(free.listen(0, '127.0.0.1'), 'listening');
    const address = { address: '127.0.0.1', port: (free.address() as AddressInfo).port };
    await once(free.close(), 'close');
    await expect(connectTo({ ...address, serverName: 'x' }, never)).rejects.toMatchObject({
      reason: 'TargetUnreachable',
    });
    expect(server?.listening).toBe(true);
  });

  it('ends with its signal, before it is there and after', async () => {
    const allowed = { address: '127.0.0.1', port, serverName: 'x' };
    await expect(connectTo(allowed, AbortSignal.abort())).rejects.toMatchObject({
      reason: 'TargetTimeout',
    });
    const controller = new AbortController();
    const socket = await connectTo(allowed, controller.signal);
    const closed = once(socket, 'close');
    controller.abort();
    await closed.catch(() => undefined);
    expect(socket.destroyed).toBe(true);
  });

  it('is made to no name', async () => {
    const named = { address: 'localhost', port, serverName: 'localhost' };
    await expect(connectTo(named, never)).rejects.toThrow(RangeError);
  });
});
