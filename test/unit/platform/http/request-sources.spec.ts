import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { expect, it } from 'vitest';
import { TrustedProxies } from '../../../../src/platform/http/domain/source-address.js';
import { RequestSources } from '../../../../src/platform/http/request-sources.js';

const sources = new RequestSources(new TrustedProxies(['10.0.0.0/8']));

/** The next request of a connection. */
function message(socket: object, headers: IncomingHttpHeaders = {}): IncomingMessage {
  return { socket, headers } as IncomingMessage;
}

it('is the same for all requests of a connection that no proxy made, whatever they say', () => {
  const socket = { remoteAddress: '198.51.100.1' };
  for (const told of ['1.2.3.4', '5.6.7.8']) {
    expect(sources.of(message(socket, { 'x-forwarded-for': told }))).toBe('198.51.100.1');
  }
});

it('is found anew for each request that a proxy sends on, and told from a contradiction', () => {
  const socket = { remoteAddress: '10.0.0.1' };
  expect(sources.of(message(socket, { 'x-forwarded-for': '1.2.3.4' }))).toBe('1.2.3.4');
  expect(sources.of(message(socket, { 'x-forwarded-for': '5.6.7.8' }))).toBe('5.6.7.8');
  const both = { 'x-forwarded-for': '1.2.3.4', forwarded: 'for=5.6.7.8' };
  expect(sources.of(message(socket, both))).toBeUndefined();
});
