import { EventEmitter } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SallyportError } from '../../../../src/core/errors/sallyport-error.js';
import { StreamQuota } from '../../../../src/core/stream-quota.js';
import type { SocketConnection } from '../../../../src/platform/graphql/socket-connection.js';
import { SocketSession } from '../../../../src/platform/graphql/socket-session.js';
import {
  RequestLifetimes,
  type TermsEnd,
} from '../../../../src/platform/http/request-lifetimes.js';
import { principal } from '../../audit/audit-builders.js';

/** Ends when it is told to. */
class ToldTerms extends RequestLifetimes {
  readonly #over = new AbortController();
  #reason: TermsEnd | undefined;
  readonly release = vi.fn();

  override hold() {
    const { signal } = this.#over;
    const stillHolds = () => Promise.resolve(!signal.aborted);
    return { signal, reason: () => this.#reason, stillHolds, release: this.release };
  }

  end(reason: TermsEnd): void {
    this.#reason = reason;
    this.#over.abort(reason);
  }
}

const right = 'Bearer right';

let terms: ToldTerms;
let places: StreamQuota;
let request: FastifyRequest;
let response: EventEmitter & { destroyed: boolean };
let refused: SallyportError[];
let answer: SallyportError | undefined;
const close = vi.fn();

function session(): SocketSession {
  const made = new SocketSession(request, { raw: response } as unknown as FastifyReply, {
    authentication: {
      authenticate: async ({ headers }) => {
        if (headers.authorization === right) return principal('anna');
        throw new SallyportError('Unauthenticated', 'a valid bearer token is needed');
      },
    },
    limits: { admit: () => ({}), admitAnswer: () => undefined },
    refusals: {
      recorded: async (_request, error) => {
        refused.push(error);
        return answer ?? error;
      },
      counted: () => 'an audit id',
    },
    ...{ terms, places, leaving: new AbortController().signal },
  });
  made.attach({ close } as unknown as SocketConnection);
  return made;
}

beforeEach(() => {
  terms = new ToldTerms();
  places = new StreamQuota({ what: 'connections', inAllMax: 1, ofUserMax: 1, ofAddressMax: 1 });
  const headers = {};
  const raw = { headers, rawHeaders: [], url: '/graphql', socket: {} };
  const ids = { requestId: 'r', auditId: 'a', sourceIp: '::1', callContext: null };
  request = { raw, headers, ...ids } as unknown as FastifyRequest;
  response = Object.assign(new EventEmitter(), { destroyed: false });
  refused = [];
  answer = undefined;
  close.mockReset();
});

describe('a session', () => {
  it('has a place and a term from when its caller is known until its connection ends', async () => {
    const made = session();
    expect(places.taken).toBe(0);
    expect(await made.begin({ authorization: right })).toBe(true);
    expect(made.call).toMatchObject({ principal: { username: 'anna' }, door: 'graphql' });
    expect(places.taken).toBe(1);
    response.emit('close');
    expect(places.taken).toBe(0);
    expect(terms.release).toHaveBeenCalledOnce();
  });

  it('takes nothing where its client has gone before', async () => {
    response.destroyed = true;
    await session().begin({ authorization: right });
    expect(places.taken).toBe(0);
  });

  it('takes nothing where its client goes while it is looked at', async () => {
    const begun = session().begin({ authorization: right });
    response.emit('close');
    await begun;
    expect(places.taken).toBe(0);
  });

  it.each([
    ['credential', 4401],
    ['leaving', 1001],
  ] as const)('ends with its term: %s', async (reason, code) => {
    const made = session();
    await made.begin({ authorization: right });
    terms.end(reason);
    expect(close).toHaveBeenCalledExactlyOnceWith(code);
    expect(made.call?.signal).toMatchObject({ aborted: true, reason });
  });

  it.each([
    ['a wrong token', { authorization: 'Bearer wrong' }, 'Unauthenticated', 4401],
    ['no token', {}, 'Unauthenticated', 4401],
    ['no payload', undefined, 'Unauthenticated', 4401],
    ['a token that is no text', { authorization: 7 }, 'BadRequest', 4400],
  ])('is refused, and that is recorded, for %s', async (_name, payload, code, closes) => {
    expect(await session().begin(payload)).toBe(false);
    expect(refused.map((error) => error.code)).toEqual([code]);
    expect(close).toHaveBeenCalledExactlyOnceWith(closes);
  });

  it('is refused where there is no place left', async () => {
    places.take({ principal: { username: 'other', token: undefined }, sourceIp: '::1' });
    expect(await session().begin({ authorization: right })).toBe(false);
    expect(close).toHaveBeenCalledExactlyOnceWith(1013);
  });

  it('is closed for its lateness only once that is on record', async () => {
    await session().close(4408);
    expect(refused.map(({ code }) => code)).toEqual(['Unauthenticated']);
    expect(close).toHaveBeenCalledExactlyOnceWith(4408);
  });

  it('is asked to come again where its refusal cannot be recorded', async () => {
    answer = new SallyportError('Unavailable', 'not now');
    await session().close(4408);
    expect(close).toHaveBeenCalledExactlyOnceWith(1013);
  });
});
