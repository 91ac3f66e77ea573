import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isUpgrade } from '../../../../src/platform/http/upgrade-requests.js';

const headers = { upgrade: 'websocket', 'sec-websocket-protocol': 'graphql-transport-ws' };
const valid = { method: 'GET', url: '/graphql', headers };

function isTaken(request: object): boolean {
  return isUpgrade({ ...valid, ...request } as IncomingMessage);
}

describe('an upgrade', () => {
  it.each([
    ['to a WebSocket of graphql-transport-ws', {}],
    ['in capitals', { headers: { ...headers, upgrade: 'WebSocket' } }],
    [
      'with other protocols beside it',
      { headers: { ...headers, 'sec-websocket-protocol': 'graphql-ws, graphql-transport-ws' } },
    ],
    [
      'for a watch of a client of Kubernetes',
      { url: '/kubernetes/api/v1/secrets?watch=true', headers: { upgrade: 'websocket' } },
    ],
  ])('is taken %s', (_name, request) => {
    expect(isTaken(request)).toBe(true);
  });

  it.each([
    ['another method', { method: 'POST' }],
    ['another path', { url: '/v1/whoami' }],
    ['a query', { url: '/graphql?x=1' }],
    ['another spelling of the path', { url: '/graphql/' }],
    ['h2c', { headers: { ...headers, upgrade: 'h2c' } }],
    ['several', { headers: { ...headers, upgrade: 'h2c, websocket' } }],
    ['another protocol', { headers: { ...headers, 'sec-websocket-protocol': 'graphql-ws' } }],
    ['no protocol', { headers: { upgrade: 'websocket' } }],
    ['a body', { headers: { ...headers, 'content-length': '0' } }],
    ['a body in chunks', { headers: { ...headers, 'transfer-encoding': 'chunked' } }],
  ])('is ignored for %s', (_name, request) => {
    expect(isTaken(request)).toBe(false);
  });
});
