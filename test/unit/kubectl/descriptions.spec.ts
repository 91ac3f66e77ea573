import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect, facadeServer } from './served-facade.js';

const path = '/kubernetes/openapi/v2';
const chunk = Buffer.alloc(256 * 1024, 'x');
let server: ReturnType<typeof facadeServer>;
let countedBytes: number;
let end: PromiseWithResolvers<void>;

beforeEach(() => {
  countedBytes = 0;
  end = Promise.withResolvers();
  // Ends with its call, as what comes from the cluster does.
  async function* description(signal: AbortSignal) {
    yield chunk;
    yield chunk;
    await Promise.race([end.promise, once(signal, 'abort')]);
  }
  const open = new AbortController().signal;
  server = facadeServer({ answering: ({ call }) => description(call.ctx.signal ?? open) });
  server.instance.addHook('preHandler', async (request) => {
    if (request.callContext === null) return;
    const countAnswer = (bytes: number) => void (countedBytes += bytes);
    request.callContext = { ...request.callContext, countAnswer };
  });
});
afterEach(async () => {
  end.resolve();
  server.instance.server.closeAllConnections();
  await server.instance.close();
});

it('descriptions are sent few at a time, and their bytes count as they are sent', async () => {
  const open: Awaited<ReturnType<typeof connect>>[] = [];
  for (let count = 0; count < 10; count += 1) open.push(await connect(server.instance, path));
  for (const { head } of open) await once(await head, 'readable');
  const refused = await server.instance.inject({ url: path });
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '1']);
  expect(refused.json()).toMatchObject({ message: 'too many descriptions at once' });
  await expect.poll(() => countedBytes).toBe(20 * chunk.byteLength);
  open[0]?.outgoing.destroy();
  await expect.poll(() => server.descriptions.taken).toBe(9);
  end.resolve();
  await expect.poll(() => server.descriptions.taken).toBe(0);
  expect((await server.instance.inject({ url: path })).statusCode).toBe(200);
});

it('what compression saves of a response counts as well', async () => {
  const url = '/kubernetes/version';
  const document = { major: 'x'.repeat(1024 * 1024) };
  const body = Buffer.from(JSON.stringify(document));
  server = facadeServer({
    answering: () => ({ status: 200, headers: { 'content-type': 'application/json' }, body }),
  });
  server.instance.addHook('preHandler', async (request) => {
    if (request.callContext === null) return;
    const countAnswer = (bytes: number) => void (countedBytes += bytes);
    request.callContext = { ...request.callContext, countAnswer };
  });
  const sent = await server.instance.inject({ url, headers: { 'accept-encoding': 'gzip' } });
  expect(countedBytes).toBe(body.byteLength - sent.rawPayload.byteLength);
});
