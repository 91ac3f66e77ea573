import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  changeReasonOf,
  checkChangeReason,
  dropBlankContentType,
  givenRequestId,
  refuseAmbiguousRequest,
  refuseImpersonation,
} from '../../../../src/platform/http/request-headers.js';

/** A request as Node's parser hands it over. */
function message(
  rawHeaders: readonly string[],
  url = '/v1/secrets',
  httpVersion = '1.0',
): IncomingMessage {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers[rawHeaders[index]?.toLowerCase() ?? ''] ??= rawHeaders[index + 1] ?? '';
  }
  return { rawHeaders, headers, url, httpVersion } as unknown as IncomingMessage;
}

const badRequest = expect.objectContaining({ code: 'BadRequest', status: 400 }) as Error;

describe('refuseAmbiguousRequest', () => {
  it.each([
    'Impersonate-User',
    'impersonate-group',
    'IMPERSONATE-UID',
    'Impersonate-Extra-scopes',
    'Impersonate_User',
    'impersonate_group',
    'Impersonate',
    'Impersonate-',
    'Impersonate-Whatever-Comes',
  ])('refuses header %s without quoting its value', (name) => {
    expect(() => refuseAmbiguousRequest(message([name, 'system:masters']))).toThrow(badRequest);
    expect(() => refuseAmbiguousRequest(message([name, 'system:masters']))).not.toThrow(/masters/);
  });

  it('tells a client of Kubernetes what to do where --as is not taken', () => {
    const refused = message(['Impersonate-User', 'alice'], '/kubernetes/api');
    const sentence = expect.objectContaining({
      code: 'BadRequest',
      message: expect.stringMatching(/^--as is not accepted by this gateway: .*credential/),
    }) as Error;
    expect(() => refuseImpersonation(refused)).toThrow(sentence);
    expect(() => refuseImpersonation(message(['X-Other', 'alice']))).not.toThrow();
  });

  it.each([
    'Impersonate-User',
    'impersonate-uid',
    'IMPERSONATE-GROUP',
    'Impersonate-Extra-example.org%2Fteam',
  ])('takes header %s where --as is taken', (name) => {
    const given = message([name, 'x', name, 'y']);
    expect(() => refuseAmbiguousRequest(given, { takesImpersonation: true })).not.toThrow();
  });

  it.each([
    'Impersonate_User',
    'Impersonate-User ',
    'Impersonate-Users',
    'Impersonate-New',
    'Impersonate-Extra-',
    'Impersonate-Extra',
    'Impersonate-Group-',
    'Impersonate',
  ])('refuses header %j also where --as is taken, without quoting its value', (name) => {
    const given = message(['Impersonate-User', 'alice', name, 'hunter2']);
    const read = () => refuseAmbiguousRequest(given, { takesImpersonation: true });
    expect(read).toThrow(badRequest);
    expect(read).not.toThrow(/hunter2|alice/);
  });

  it.each(['X-Impersonate-User', 'Impersonator-Id', 'X-Impersonated'])(
    'takes header %s',
    (name) => {
      expect(() => refuseAmbiguousRequest(message([name, 'x']))).not.toThrow();
    },
  );

  it.each([
    'Authorization',
    'Content-Type',
    'If-Match',
    'If-None-Match',
    'Idempotency-Key',
    'X-Change-Reason',
  ])('refuses %s given twice, in whatever case and however equal', (name) => {
    const twice = [name, 'a', 'Accept', '*/*', name.toUpperCase(), 'a'];
    expect(() => refuseAmbiguousRequest(message(twice))).toThrow(badRequest);
    expect(() => refuseAmbiguousRequest(message([name, 'a']))).not.toThrow();
  });

  it('needs a Host where the protocol does', () => {
    const without = (version: string) => message([], '/v1/secrets', version);
    expect(() => refuseAmbiguousRequest(without('1.1'))).toThrow(badRequest);
    expect(() => refuseAmbiguousRequest(without('1.0'))).not.toThrow();
  });

  it.each(['a-pony', '100-continue, x', ''])('meets no expectation %j', (expectation) => {
    expect(() => refuseAmbiguousRequest(message(['Expect', expectation]))).toThrow(badRequest);
    expect(() => refuseAmbiguousRequest(message(['Expect', '100-Continue']))).not.toThrow();
  });

  it('takes other headers twice', () => {
    const twice = ['Accept', 'a', 'Accept', 'b', 'Cookie', 'a', 'Cookie', 'b'];
    expect(() => refuseAmbiguousRequest(message(twice))).not.toThrow();
  });

  it.each(['http://evil.test/v1/secrets', '*', 'v1', ''])('refuses the target %j', (url) => {
    expect(() => refuseAmbiguousRequest(message([], url))).toThrow(badRequest);
  });
});

describe('givenRequestId', () => {
  it.each(['a', 'A1._~:/+=@-', 'x'.repeat(128)])('keeps %s', (id) => {
    expect(givenRequestId(message(['X-Request-ID', id]))).toBe(id);
  });

  it.each(['', 'x'.repeat(129), 'a b', 'a"b', 'a\nb', 'é', '<a>', 'a,b'])('drops %j', (id) => {
    expect(givenRequestId(message(['X-Request-ID', id]))).toBeUndefined();
  });

  it('is undefined where none is given', () => {
    expect(givenRequestId(message([]))).toBeUndefined();
  });
});

describe('dropBlankContentType', () => {
  it.each(['', ' ', '\t'])('takes away %j, which says nothing', (blank) => {
    const headers = { 'content-type': blank, accept: '' };
    dropBlankContentType({ headers });
    expect(headers).toEqual({ accept: '' });
  });

  it.each(['text/plain', ';', 'x'])('leaves %j for its readers', (type) => {
    const headers = { 'content-type': type };
    dropBlankContentType({ headers });
    expect(headers).toEqual({ 'content-type': type });
  });
});

describe('a change reason', () => {
  const given = (text: string) =>
    changeReasonOf(message(['X-Change-Reason', Buffer.from(text, 'utf8').toString('latin1')]));

  it.each(['ticket 7', 'Müller: 日本 🔑', 'a\tb', 'x'.repeat(512)])(
    'is kept as sent: %s',
    (text) => {
      expect(given(text)).toBe(text);
    },
  );

  it('is none where the header is absent or empty', () => {
    expect(changeReasonOf(message([]))).toBeUndefined();
    expect(given('')).toBeUndefined();
  });

  it.each(['x'.repeat(513), 'a\u0000b', 'a\u001b[31mb', 'a\u007fb'])('is refused: %j', (text) => {
    expect(() => given(text)).toThrow(badRequest);
    expect(() => checkChangeReason(text)).toThrow(badRequest);
  });

  it('is refused with a line break, which only another door could bring', () => {
    expect(() => checkChangeReason('a\r\nb')).toThrow(badRequest);
  });
});
