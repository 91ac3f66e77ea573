import { describe, expect, it } from 'vitest';
import {
  type RequestHead,
  answerableHere,
} from '../../../../src/workers/domain/answerable-here.js';

const secret = '/v1/namespaces/pay/secrets/db';
const authorization = 'Bearer eyJh.eyJp.c2ln-_';

function head(url: string, rest: Partial<RequestHead> = {}): RequestHead {
  return { method: 'GET', url, httpVersion: '1.1', headers: { authorization }, ...rest };
}

const withHeader = (name: string, value: string): Partial<RequestHead> => ({
  headers: { authorization, [name]: value },
});

describe('a worker may answer by itself', () => {
  it.each([
    secret,
    `${secret}/metadata`,
    `${secret}/keys/tls.crt`,
    `${secret}?format=env&names=upper`,
    `${secret}?consistency=cached`,
  ])('%s', (url) => {
    const read = { namespace: 'pay', name: 'db' };
    expect(answerableHere(head(url))).toEqual(read);
    expect(answerableHere(head(url, { method: 'HEAD' }))).toEqual(read);
  });

  it('a read that must not be older than a state, where its cache has come so far', () => {
    const read = { namespace: 'pay', name: 'db', notOlderThan: '17' };
    expect(answerableHere(head(`${secret}?resourceVersion=17`))).toEqual(read);
  });
});

describe('the main process alone answers', () => {
  it.each([
    '/v1/namespaces/pay/secrets',
    '/v1/namespaces/pay/secrets/',
    `${secret}/versions`,
    `${secret}/metadata/`,
    `${secret}/keys/`,
    '/v1/secrets',
    '/graphql',
    '/kubernetes/api/v1/namespaces/pay/secrets/db',
    'http://host/v1/namespaces/pay/secrets/db',
    '*',
  ])('another route: %s', (url) => {
    expect(answerableHere(head(url))).toBeUndefined();
  });

  it.each([
    'version=3',
    'waitSeconds=5',
    'consistency=strong',
    'resourceVersion=-1',
    'resourceVersion=1&resourceVersion=2',
    'format=%65nv',
    'format=env=',
    'toString=1',
    '__proto__=1',
    '&',
    '',
  ])('a query that says something else: %s', (query) => {
    expect(answerableHere(head(`${secret}?${query}`))).toBeUndefined();
  });

  it.each([
    '/v1/namespaces/p%61y/secrets/db',
    '/v1/namespaces/Pay/secrets/db',
    '//v1/namespaces/a',
  ])('an unusual spelling: %s', (url) => {
    expect(answerableHere(head(url))).toBeUndefined();
  });

  it.each(['PUT', 'POST', 'PATCH', 'DELETE', 'OPTIONS', 'get'])('%s', (method) => {
    expect(answerableHere(head(secret, { method }))).toBeUndefined();
  });

  it.each([
    ['content-length', '0'],
    ['transfer-encoding', 'chunked'],
    ['expect', '100-continue'],
    ['trailer', 'x'],
  ])('a request with %s', (name, value) => {
    expect(answerableHere(head(secret, withHeader(name, value)))).toBeUndefined();
  });

  it.each([undefined, 'Bearer sp_0123456789', 'Basic dTpw', 'Bearer a.b', 'Bearer a.b.c, x'])(
    'a credential that is no signed token: %s',
    (shown) => {
      const headers = shown === undefined ? {} : { authorization: shown };
      expect(answerableHere(head(secret, { headers }))).toBeUndefined();
    },
  );

  it('a client of HTTP/1.0', () => {
    expect(answerableHere(head(secret, { httpVersion: '1.0' }))).toBeUndefined();
  });
});
