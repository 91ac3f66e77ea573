import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createFastify } from '../../../../src/platform/http/fastify-instance.js';

it('outlives connections that cannot be accepted', async () => {
  const instance = createFastify();
  await instance.listen({ port: 0, host: '127.0.0.1' });
  const fail = () => instance.server.emit('error', new Error('accept EMFILE'));
  expect([fail(), fail()]).toEqual([true, true]);
  await instance.close();
});

it('still says where its port is taken', async () => {
  const [one, other] = [createFastify(), createFastify()];
  await one.listen({ port: 0, host: '127.0.0.1' });
  const { port } = one.server.address() as AddressInfo;
  await expect(other.listen({ port, host: '127.0.0.1' })).rejects.toThrow('EADDRINUSE');
  await Promise.all([one.close(), other.close()]);
});
