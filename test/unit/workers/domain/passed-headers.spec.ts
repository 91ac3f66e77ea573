import { describe, expect, it } from 'vitest';
import {
  answerHeaders,
  requestHeaders,
  upgradeHeaders,
} from '../../../../src/workers/domain/passed-headers.js';

const get = (...rawHeaders: string[]) => ({ method: 'GET', httpVersion: '1.1', rawHeaders });
const post = (...rawHeaders: string[]) => ({ method: 'POST', httpVersion: '1.1', rawHeaders });

describe('headers of a request that is passed on', () => {
  it('keep their order and spelling, also where one is there twice', () => {
    const headers = ['Host', 'a', 'X-B', '1', 'host', 'b', 'x-b', '2'];
    expect(requestHeaders(get(...headers))).toEqual(headers);
  });

  it('leave out what is about the connection alone', () => {
    const headers = [
      'Host',
      'a',
      'Connection',
      'close',
      'Keep-Alive',
      'timeout=5',
      'Upgrade',
      'h2c',
    ];
    expect(requestHeaders(get(...headers))).toEqual(['Host', 'a']);
  });

  it('keep how a body is framed', () => {
    const chunked = ['Host', 'a', 'Transfer-Encoding', 'chunked'];
    expect(requestHeaders(post(...chunked))).toEqual(chunked);
    const counted = ['Host', 'a', 'Content-Length', '3'];
    expect(requestHeaders(post(...counted))).toEqual(counted);
  });

  it('announce no body where the client sends none', () => {
    expect(requestHeaders(post('Host', 'a'))).toEqual(['Host', 'a', 'content-length', '0']);
    expect(requestHeaders(get('Host', 'a'))).toEqual(['Host', 'a']);
  });

  it('leave out an expectation that is met, and keep any other', () => {
    const met = post('Host', 'a', 'Expect', '100-Continue', 'Content-Length', '1');
    expect(requestHeaders(met)).toEqual(['Host', 'a', 'Content-Length', '1']);
    const other = ['Host', 'a', 'Expect', 'more'];
    expect(requestHeaders(get(...other))).toEqual(other);
  });

  it('name a host for a client of HTTP/1.0 alone', () => {
    expect(requestHeaders({ ...get(), httpVersion: '1.0' })).toEqual(['host', '']);
    expect(requestHeaders(get())).toEqual([]);
  });

  it('of one that becomes a WebSocket say so', () => {
    const headers = ['Host', 'a', 'Connection', 'Upgrade', 'Upgrade', 'websocket'];
    expect(upgradeHeaders(headers)).toEqual(headers);
  });
});

describe('headers of an answer that is passed back', () => {
  it('leave out how it came from the main process', () => {
    const headers = ['ETag', '"1"', 'Connection', 'keep-alive', 'Transfer-Encoding', 'chunked'];
    expect(answerHeaders(headers)).toEqual(['ETag', '"1"']);
  });

  it('tell the client that his connection ends', () => {
    expect(answerHeaders(['Connection', 'close'])).toEqual(['Connection', 'close']);
  });
});
