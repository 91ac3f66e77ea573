import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { send } from '../../support/raw-http.js';
import { seedSecret } from '../../support/seed.js';
import { TlsWorld } from '../../support/tls-files.js';
import { patiently } from '../../support/tokens-world.js';
import { WorkersWorld, namespace, secretsPath } from './workers-world.js';

let tls: TlsWorld;
let world: WorkersWorld;
let url: string;

beforeAll(async () => {
  tls = await TlsWorld.create();
  const { cert, key } = tls.files;
  world = await WorkersWorld.open({ listen: { port: 0, tls: { port: 0, cert, key } } });
  ({ secureUrl: url } = await world.gateway());
  await seedSecret(world.installation, namespace, 'db', { a: '1' });
  await world.warm(`${secretsPath}/db`);
});

afterAll(async () => {
  await world.close();
  tls.remove();
});

/** The serial number of the certificate that a new connection is shown. */
function serialShown(): Promise<string> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), ca: tls.ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on('error', reject);
  });
}

it('is spoken by workers, for what they answer and for what they pass on', async () => {
  const path = `${secretsPath}/db/keys/a`;
  const call = { path, token: world.token, ca: tls.ca };
  const count = await world.passedOn(async () => {
    expect(await send(url, call)).toMatchObject({ status: 200, text: '1' });
  });
  expect(count).toBe(0);
  const written = await send(url, { ...call, method: 'PUT', body: '2' });
  expect(written.status, written.text).toBe(200);
  expect(await send(url, call)).toMatchObject({ status: 200, text: '2' });
});

it('is spoken with a new certificate by every worker soon after it was written', async () => {
  const before = await serialShown();
  await tls.renewServer();
  await patiently(async () => {
    const shown = [await serialShown(), await serialShown(), await serialShown()];
    expect(shown).not.toContain(before);
  });
});
