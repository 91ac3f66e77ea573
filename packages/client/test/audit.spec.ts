import { afterEach, expect, it } from 'vitest';
import { SaidGateway, bytes, json } from './gateway.builder.js';

let gateway: SaidGateway;
afterEach(() => gateway?.stop());

it('reads a checkpoint as text', async () => {
  gateway = await SaidGateway.start(bytes('log.example\n7\n'));
  const { content } = await gateway.client().audit.checkpoint();
  expect([content, gateway.asked[0]?.path]).toEqual(['log.example\n7\n', '/v1/audit/checkpoint']);
});

it('reads the proof between two sizes', async () => {
  gateway = await SaidGateway.start(json(200, { from: 1, to: 2, hashes: [] }));
  const { content } = await gateway.client().audit.consistency({ from: 1, to: 2 });
  expect([content.to, gateway.asked[0]?.path]).toEqual([2, '/v1/audit/proof?from=1&to=2']);
});
