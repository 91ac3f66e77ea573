import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { takeWebSocketToken } from '../../../src/auth/web-socket-token.js';

const encoded = Buffer.from('sp_some_token').toString('base64url');
const offered = `base64url.bearer.authorization.k8s.io.${encoded}`;

function taken(protocols: string | undefined, authorization?: string): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {
    ...(protocols !== undefined && { 'sec-websocket-protocol': protocols }),
    ...(authorization !== undefined && { authorization }),
  };
  takeWebSocketToken(headers);
  return headers;
}

describe('the token of a WebSocket', () => {
  it.each([
    `${offered}, base64.binary.k8s.io`,
    `base64.binary.k8s.io,${offered}`,
    ` ${offered} ,base64.binary.k8s.io, `,
  ])('becomes the credential, and no subprotocol of the response: %s', (protocols) => {
    expect(taken(protocols)).toEqual({
      authorization: 'Bearer sp_some_token',
      'sec-websocket-protocol': 'base64.binary.k8s.io',
    });
  });

  it.each([undefined, 'v4.channel.k8s.io', ''])('may be absent: %s', (protocols) => {
    expect(taken(protocols, 'Bearer a').authorization).toBe('Bearer a');
    expect(taken(protocols).authorization).toBeUndefined();
  });

  it.each([
    ['alone', offered],
    ['twice', `${offered}, ${offered}, x`],
    ['empty', 'base64url.bearer.authorization.k8s.io., x'],
    ['with padding', 'base64url.bearer.authorization.k8s.io.YQ==, x'],
    ['with bits to spare', 'base64url.bearer.authorization.k8s.io.YR, x'],
    ['no UTF-8', 'base64url.bearer.authorization.k8s.io._w, x'],
  ])('is no credential if it is %s', (_name, protocols) => {
    expect(() => taken(protocols)).toThrow(expect.objectContaining({ code: 'Unauthenticated' }));
  });

  it('is refused beside another credential', () => {
    expect(() => taken(`${offered}, x`, 'Bearer other')).toThrow(
      expect.objectContaining({ code: 'BadRequest' }),
    );
  });
});
