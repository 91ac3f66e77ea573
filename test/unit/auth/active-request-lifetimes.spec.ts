import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { ActiveRequestLifetimes } from '../../../src/auth/active-request-lifetimes.js';
import type { CallContext } from '../../../src/core/call-context.js';
import { Principal } from '../../../src/core/principal.js';

const request = {} as FastifyRequest;
const alice = Principal.forUser({ username: 'alice', kind: 'oidc', credentialId: 'test' });
const ctx: CallContext = {
  principal: alice,
  ...{ door: 'rest', requestId: 'r', auditId: 'a', sourceIp: '127.0.0.1', requestUri: '/' },
};

class Socket extends EventEmitter {
  destroyed = false;
}

describe('a request that is not answered at once', () => {
  let leaving: AbortController;
  let credential: AbortController;
  let released: number;
  let holds: boolean;
  let holders: Principal[];
  let socket: Socket;

  beforeEach(() => {
    leaving = new AbortController();
    credential = new AbortController();
    released = 0;
    holds = true;
    holders = [];
    socket = new Socket();
  });

  const hold = (caller = ctx) => {
    const credentials = {
      hold: (_request: FastifyRequest, principal: Principal) => {
        holders.push(principal);
        const stillHolds = () => Promise.resolve(holds);
        const release = (): void => void (released += 1);
        return { signal: credential.signal, stillHolds, release };
      },
    };
    const reply = { raw: socket } as unknown as FastifyReply;
    return new ActiveRequestLifetimes(credentials, leaving.signal).hold(request, reply, caller);
  };

  it('may go on while nothing has ended', () => {
    const term = hold();
    expect([term.signal.aborted, term.reason()]).toEqual([false, undefined]);
  });

  it.each([
    ['credential', (): void => credential.abort()],
    ['leaving', (): void => leaving.abort()],
    ['client', (): void => void socket.emit('close')],
  ] as const)('may not go on once that has ended: %s', (reason, end) => {
    const term = hold();
    end();
    expect([term.signal.aborted, term.reason()]).toEqual([true, reason]);
  });

  it('ends for what ended first', () => {
    const term = hold();
    credential.abort();
    leaving.abort();
    expect(term.reason()).toBe('credential');
  });

  it('does not begin where the gateway leaves already, or the client has left', () => {
    leaving.abort();
    expect(hold().reason()).toBe('leaving');
    leaving = new AbortController();
    socket.destroyed = true;
    expect(hold().reason()).toBe('client');
  });

  it('says at once whether its credential still holds, and that nothing does once it is over', async () => {
    const term = hold();
    expect(await term.stillHolds()).toBe(true);
    holds = false;
    expect(await term.stillHolds()).toBe(false);
    holds = true;
    leaving.abort();
    expect(await term.stillHolds()).toBe(false);
  });

  it('stands on the credential of whoever acts as somebody else', () => {
    const impersonator = Principal.forUser({
      ...{ username: 'admin', kind: 'oidc', credentialId: 'other' },
    });
    hold({ ...ctx, impersonator });
    expect(holders).toEqual([impersonator]);
  });

  it('leaves nothing behind once it is released', () => {
    const term = hold();
    term.release();
    socket.emit('close');
    leaving.abort();
    expect([released, term.reason(), socket.listenerCount('close')]).toEqual([1, undefined, 0]);
  });
});
