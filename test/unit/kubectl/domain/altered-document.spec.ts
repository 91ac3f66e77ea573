import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { alteredDocument } from '../../../../src/kubectl/domain/altered-document.js';
import { jsonAnswer } from '../facade.builder.js';

const document = { kind: 'APIGroupDiscoveryList', items: [] };
const published = { etag: '"UPSTREAM"', vary: 'Accept', 'cache-control': 'public' };

describe('a discovery document that is altered', () => {
  it('has the virtual resources and an entity tag of its own bytes', () => {
    const { status, headers, body } = alteredDocument(jsonAnswer(document, published), undefined);
    const hash = createHash('sha256').update(body).digest('hex').toUpperCase();
    expect(status).toBe(200);
    expect(body.toString()).toContain('secretkeys');
    expect(headers).toEqual({
      ...published,
      'content-type': 'application/json',
      etag: `"${hash}"`,
    });
  });

  it('is not sent again to whoever has it', () => {
    const answer = jsonAnswer(document, published);
    const first = alteredDocument(answer, '"UPSTREAM"');
    expect(first.status).toBe(200);
    const again = alteredDocument(answer, `"OTHER", W/${first.headers['etag']}`);
    expect(again).toEqual({ status: 304, headers: first.headers, body: Buffer.alloc(0) });
  });

  it('has no entity tag where the cluster gave it none', () => {
    const { status, headers } = alteredDocument(jsonAnswer(document), '*');
    expect(status).toBe(200);
    expect(headers).toEqual({ 'content-type': 'application/json' });
  });

  it.each(['<html>', '{"kind":"Status"}'])('is 503 where the cluster sends %s', (text) => {
    const answer = { ...jsonAnswer(document), body: Buffer.from(text) };
    expect(() => alteredDocument(answer, undefined)).toThrow(
      expect.objectContaining({ code: 'Unavailable' }),
    );
  });

  it('is refused to whoever names no entity tag', () => {
    expect(() => alteredDocument(jsonAnswer(document, published), 'UPSTREAM')).toThrow(
      expect.objectContaining({ code: 'BadRequest' }),
    );
  });
});
